/** Tokenizer files of Hugging Face folders become the keys of a GGUF file. */
package dev.jora.convert.tokenizer;
