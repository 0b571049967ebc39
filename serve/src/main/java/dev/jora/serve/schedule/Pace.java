package dev.jora.serve.schedule;

/**
 * How many rows of prompts a pass may have beside others who wait for it: as many as take {@link
 * #NANOS}, by what the last ones took.
 */
final class Pace {
  /** Nobody sees a pause of this length; {@code scripts/bench-serve} tried 25 to 200 ms. */
  private static final long NANOS = 60_000_000;

  private static final int LEAST = 16; // fewer rows cost nearly as much
  private static final double WEIGHT = 0.3;

  private double nanosPerRow;

  /** The most rows of the next pass; {@code all} while nothing is known. */
  int rows(int all) {
    return nanosPerRow == 0 ? Math.min(all, 64) : (int) Math.clamp(NANOS / nanosPerRow, LEAST, all);
  }

  /** A pass of prompts took so long. */
  void took(int rows, long nanos) {
    if (rows >= LEAST) {
      double each = (double) nanos / rows;
      nanosPerRow = nanosPerRow == 0 ? each : nanosPerRow + WEIGHT * (each - nanosPerRow);
    }
  }
}
