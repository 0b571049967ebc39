package dev.jora.cli.embed;

/** Vectors in one of the formats, text after text. */
interface VectorWriter {
  /** Before the first. */
  default void begin() {}

  /**
   * A text's.
   *
   * @param vectors one, or one for every token
   */
  void add(int tokens, float[][] vectors);

  /** After the last. */
  default void end() {}
}
