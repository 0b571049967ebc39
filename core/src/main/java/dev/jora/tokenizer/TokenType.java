package dev.jora.tokenizer;

/** Kinds of tokens; the ordinal + 1 is the number in {@code tokenizer.ggml.token_type}. */
public enum TokenType {
  NORMAL,
  UNKNOWN,
  CONTROL,
  USER_DEFINED,
  UNUSED,
  BYTE
}
