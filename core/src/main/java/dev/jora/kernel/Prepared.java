package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.storeFloat;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Activations with sums over runs of them, which take minima and zero points out of inner loops: Σ
 * (s q + m) x = s Σ q x + m Σ x. A row is x[k], then the sums.
 */
final class Prepared {
  private Prepared() {}

  /** Bytes of a row with one sum per {@code run} values. */
  static long bytes(int k, int run) {
    return 4L * k + 4L * (k / run);
  }

  /** Where the sums of a prepared row begin. */
  static long sums(long x, int k) {
    return x + 4L * k;
  }

  /** Sum j is over values [run j, run (j + 1)). */
  static void withSums(long x, int k, int run, long out) {
    copy(x, k, out);
    for (int j = 0; j < k / run; j++) {
      storeFloat(sum(x + 4L * run * j, run), sums(out, k) + 4L * j);
    }
  }

  /**
   * Per block of 256 values 8 zeros, then the sums over 32 values each: the places of {@link
   * KBlocks#scalesAndMins}. As many bytes as one sum per 16 values.
   */
  static void withSumsForMins(long x, int k, long out) {
    copy(x, k, out);
    for (int j = 0; j < k / 32; j++) {
      long block = sums(out, k) + j / 8 * 64L;
      storeFloat(0, block + 4L * (j % 8));
      storeFloat(sum(x + 128L * j, 32), block + 32 + 4L * (j % 8));
    }
  }

  private static void copy(long x, int k, long out) {
    MemorySegment.copy(MEMORY, x & ADDRESS, MEMORY, out & ADDRESS, 4L * k);
  }

  private static float sum(long x, int n) {
    FloatVector a = load(x);
    for (int i = LANES; i < n; i += LANES) {
      a = a.add(load(x + 4L * i));
    }
    return Vectors.sum(a);
  }
}
