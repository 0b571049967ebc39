package dev.jora.model;

import java.util.Optional;

/** How what a model makes of a text's tokens becomes one vector. The order is llama.cpp's. */
public enum Pooling {
  /** It does not: every token keeps its own. */
  NONE,
  /** The mean of all tokens. */
  MEAN,
  /** The first token's. */
  CLS,
  /** The last token's. */
  LAST,
  /** Scores of labels, by the file's classifier. */
  RANK;

  /** The pooling that {@code ARCHITECTURE.pooling_type} means by a number. */
  static Optional<Pooling> of(int id) {
    return id < 0 || id >= values().length ? Optional.empty() : Optional.of(values()[id]);
  }
}
