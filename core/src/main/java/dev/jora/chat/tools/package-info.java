/**
 * Tools that a model may call: what they are, how families of models write calls of them, the
 * grammar of that, and calls read back from what a model wrote.
 */
package dev.jora.chat.tools;
