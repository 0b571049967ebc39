/**
 * Generating text: {@link dev.jora.engine.Generator} runs prompt, sampling and stop rules over a
 * decoder and tells a listener what happens. It prints nothing.
 */
package dev.jora.engine;
