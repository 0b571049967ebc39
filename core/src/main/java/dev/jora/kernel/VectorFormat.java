package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;

/**
 * How the vector kernels read one tensor type: one class per type with what it takes to decode it,
 * {@link VectorFormats} is the table. A type whose decoding is the bottleneck also overrides {@link
 * #dots} to keep the values in registers. Arguments are addresses that {@link VectorKernels} has
 * checked.
 */
interface VectorFormat {
  GgmlType type();

  /** out[n] = the values of n weights; n is a multiple of the block size. */
  void dequantize(long w, int n, long out);

  /**
   * y0 = w0[k] · x, y1 = w1[k] · x, one float each. Two rows share the loads of x and give the
   * processor two streams of memory. A row's result is the same in either place; the two rows may
   * be the same one.
   *
   * @param scratch {@link #SCRATCH} bytes of the thread's own, 64-byte aligned
   */
  default void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    float rest0 = 0;
    float rest1 = 0;
    for (int at = 0; at < k; at += RUN) {
      int run = Math.min(RUN, k - at);
      long skip = type().rowBytes(at);
      dequantize(w0 + skip, run, scratch);
      dequantize(w1 + skip, run, scratch + 4 * RUN);
      int bound = F.loopBound(run);
      for (int i = 0; i < bound; i += LANES) {
        FloatVector xi = load(x + 4L * (at + i));
        a0 = load(scratch + 4L * i).fma(xi, a0);
        a1 = load(scratch + 4L * (RUN + i)).fma(xi, a1);
      }
      for (int i = bound; i < run; i++) {
        float xi = loadFloat(x + 4L * (at + i));
        rest0 = Math.fma(loadFloat(scratch + 4L * i), xi, rest0);
        rest1 = Math.fma(loadFloat(scratch + 4L * (RUN + i)), xi, rest1);
      }
    }
    storeFloat(sum(a0) + rest0, y0);
    storeFloat(sum(a1) + rest1, y1);
  }

  /** Values decoded at once where a type has no product of its own: whole blocks of any type. */
  int RUN = 1024;

  /** Bytes of scratch that {@link #dots} may use. */
  long SCRATCH = 8 * RUN;
}
