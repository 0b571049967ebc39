package dev.jora.sampling;

/** What samplers must know of a vocabulary. */
public interface TokenTexts {
  /** Number of tokens. */
  int size();

  /** The text of a token; control tokens give theirs too. */
  String text(int id);

  /** Ids of a text, without special tokens. */
  int[] tokenize(String text);

  /** True if the token ends a text. */
  boolean isEog(int id);
}
