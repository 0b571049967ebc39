package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * How the vector kernels read one tensor type: one class per type with what it takes to decode it,
 * {@link VectorFormats} is the table. A type whose decoding is the bottleneck also overrides {@link
 * #dots} to keep the values in registers. Arguments are addresses that {@link VectorKernels} has
 * checked.
 */
interface VectorFormat {
  GgmlType type();

  /** Bytes of one prepared activation row. */
  default long preparedBytes(int k) {
    return 4L * k;
  }

  /** Writes x[k] as {@link #dots} wants it: as it is, or with sums over parts behind it. */
  default void prepare(long x, int k, long out) {
    MemorySegment.copy(MEMORY, x & ADDRESS, MEMORY, out & ADDRESS, 4L * k);
  }

  /** out[n] = the values of n weights; n is a multiple of the block size. */
  void dequantize(long w, int n, long out);

  /**
   * y0 = w0[k] · x, y1 = w1[k] · x, one float each; x is prepared. Two rows share the loads of x
   * and give the processor two streams of memory. A row's result is the same in either place; the
   * two rows may be the same one.
   *
   * @param scratch {@link #SCRATCH} bytes of the thread's own, 64-byte aligned
   */
  default void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    storeFloat(0, y0);
    storeFloat(0, y1);
    for (int at = 0; at < k; at += RUN) {
      int run = Math.min(RUN, k - at);
      long skip = type().rowBytes(at);
      dequantize(w0 + skip, run, scratch);
      dequantize(w1 + skip, run, scratch + 4 * RUN);
      addDot(scratch, x + 4L * at, run, y0);
      if (y1 != y0) {
        addDot(scratch + 4 * RUN, x + 4L * at, run, y1);
      }
    }
  }

  /** y += w[k] · x, both floats: a method of its own, so that no vector lives across a call. */
  private static void addDot(long w, long x, int k, long y) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    int i = 0;
    for (; i <= k - 2 * LANES; i += 2 * LANES) {
      a = load(w + 4L * i).fma(load(x + 4L * i), a);
      b = load(w + 4L * (i + LANES)).fma(load(x + 4L * (i + LANES)), b);
    }
    float sum = sum(a.add(b));
    for (; i < k; i++) {
      sum = Math.fma(loadFloat(w + 4L * i), loadFloat(x + 4L * i), sum);
    }
    storeFloat(loadFloat(y) + sum, y);
  }

  /** Values decoded at once where a type has no product of its own: whole blocks of any type. */
  int RUN = 1024;

  /** Bytes of scratch that {@link #dots} may use. */
  long SCRATCH = 8 * RUN;
}
