package dev.jora.kernel.x86;

/**
 * How {@link FloatTile} cuts a row of k values: {@code count} runs of {@code size} values, whose
 * sums are added. Four runs at least keep a sum as near to the exact one as 16 lanes of one row
 * would, and what a tile reads of a run stays in the nearest caches.
 *
 * @param size a multiple of 16
 */
record Runs(int count, int size) {
  private static final int LONGEST = 512;

  static Runs of(int k) {
    int size = (k + 3) / 4;
    if (size > LONGEST) {
      int count = (k + LONGEST - 1) / LONGEST;
      size = (k + count - 1) / count;
    }
    size = (size + 15) / 16 * 16;
    return new Runs((k + size - 1) / size, size);
  }

  /** The values of all runs: k, and zeros. */
  static int padded(int k) {
    Runs runs = of(k);
    return runs.count() * runs.size();
  }
}
