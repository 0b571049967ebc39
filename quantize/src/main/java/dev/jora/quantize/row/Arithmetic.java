package dev.jora.quantize.row;

import dev.jora.kernel.IncubatorModule;

/** What quantizers compute with: plain loops, or vectors with the same results. */
record Arithmetic(Searches searches, Levels levels, IqSearches iq) {
  /** Chosen when first used, so that looking at a table of quantizers loads nothing. */
  private static final class Best {
    static final Arithmetic ARITHMETIC =
        IncubatorModule.load() && Vectors.suit() ? vector() : scalar();

    private Best() {}
  }

  /** The fastest that this JVM has. */
  static Arithmetic best() {
    return Best.ARITHMETIC;
  }

  /** Plain loops. */
  static Arithmetic scalar() {
    return new Arithmetic(new ScalarSearches(), new ScalarLevels(), new ScalarIqSearches());
  }

  /** The Vector API, whose module must be loaded. */
  static Arithmetic vector() {
    return new Arithmetic(new VectorSearches(), new VectorLevels(), new VectorIqSearches());
  }
}
