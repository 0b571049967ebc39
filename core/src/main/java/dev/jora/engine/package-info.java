/**
 * Generating text: a {@link dev.jora.engine.TextStream} knows its prompt, sampling and stop rules,
 * an {@link dev.jora.engine.Engine} runs many of them over one decoder, and a {@link
 * dev.jora.engine.Generator} is one for a user who waits. Listeners hear what happens; nothing is
 * printed.
 */
package dev.jora.engine;
