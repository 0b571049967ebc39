package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.B;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.FLOAT;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LE;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.SHORT;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.reduce;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 66 bytes: 64 bytes of 2 bits, half d; value d (q − 1). */
final class VectorTQ2_0 implements VectorFormat {
  private static final int BYTES = 66;

  @Override
  public GgmlType type() {
    return GgmlType.TQ2_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    FloatVector d = halves(p + 64);
    for (int e = 0; e < 256; e += LANES) {
      IntVector q = unsignedBytes(p + 32 * (e / 128) + e % 32);
      q = q.lanewise(LSHR, 2 * (e / 32 % 4)).and(3).sub(1);
      store(floats(q).mul(d), o + 4L * e);
    }
  }

  @Override
  public long preparedBytes(int k) {
    return Prepared.bytes(k, 256);
  }

  @Override
  public void prepare(long x, int k, long out) {
    Prepared.withSums(x, k, 256, out);
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    if (LANES < 8) {
      VectorFormat.super.dots(w0, w1, k, x, y0, y1, scratch);
      return;
    }
    float m0 = dot(w0, k, x, scratch);
    float m1 = dot(w1, k, x, scratch + 64);
    reduce(scratch, m0, m1, y0, y1);
  }

  /** The unsummed lanes of Σ d q x of one row; returns −Σ d x. */
  private static float dot(long w, int k, long x, long out) {
    FloatVector a = FloatVector.zero(F);
    float m = 0;
    for (int at = 0; at < k; at += 256) {
      long p = w + (long) BYTES * (at / 256);
      float d = Float.float16ToFloat(MEMORY.get(SHORT, (p + 64) & ADDRESS));
      m = Math.fma(-d, MEMORY.get(FLOAT, (Prepared.sums(x, k) + at / 64) & ADDRESS), m);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      for (int e = 0; e < 64; e += LANES) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p + e) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        long v = x + 4L * (at + 96 * (e / 32) + e);
        b =
            ((FloatVector) q.and(3).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, v & ADDRESS, LE), b);
        c =
            ((FloatVector) q.lanewise(LSHR, 2).and(3).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + 128) & ADDRESS, LE), c);
        b =
            ((FloatVector) q.lanewise(LSHR, 4).and(3).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + 256) & ADDRESS, LE), b);
        c =
            ((FloatVector) q.lanewise(LSHR, 6).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + 384) & ADDRESS, LE), c);
      }
      a = b.add(c).fma(FloatVector.broadcast(F, d), a);
    }
    a.intoMemorySegment(MEMORY, out & ADDRESS, LE);
    return m;
  }
}
