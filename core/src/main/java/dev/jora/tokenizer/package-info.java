/**
 * Text to token ids and back, as the metadata of a GGUF file describe it. {@link
 * dev.jora.tokenizer.Tokenizer} is one of three algorithms over a {@link dev.jora.tokenizer.Vocab};
 * {@link dev.jora.tokenizer.PreTokenizer} is the table of ways to cut text into words before
 * byte-pair merging. Nothing here recurses, so no text overflows a stack.
 */
package dev.jora.tokenizer;
