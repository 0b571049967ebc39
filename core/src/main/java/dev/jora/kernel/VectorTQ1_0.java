package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.B;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.FLOAT;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.IOTA;
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
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 54 bytes: 52 bytes of five, the last four of four, digits to base 3, half d; value d (q − 1). */
final class VectorTQ1_0 implements VectorFormat {
  private static final int BYTES = 54;

  /** 3^n of the last 16 values: byte l holds 240 + l + 4 n. */
  private static final int[] LAST_POWERS = {1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 9, 9, 27, 27, 27, 27};

  @Override
  public GgmlType type() {
    return GgmlType.TQ1_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    FloatVector d = halves(p + 52);
    int power = 1;
    for (int n = 0; n < 5; n++) {
      for (int i = 0; i < 32; i += LANES) {
        store(digits(unsignedBytes(p + i).mul(power)).mul(d), o + 4L * (32 * n + i));
      }
      for (int i = 0; i < 16; i += LANES) {
        store(digits(unsignedBytes(p + 32 + i).mul(power)).mul(d), o + 4L * (160 + 16 * n + i));
      }
      power *= 3;
    }
    IntVector last = IntVector.broadcast(I, MEMORY.get(INT, (p + 48) & ADDRESS));
    IntVector bytes = last.lanewise(LSHR, IOTA.and(3).lanewise(LSHL, 3)).and(255);
    for (int i = 0; i < 16; i += LANES) {
      IntVector powers = IntVector.fromArray(I, LAST_POWERS, i);
      store(digits(bytes.mul(powers)).mul(d), o + 4L * (240 + i));
    }
  }

  /** The leading digits, less 1, of fractions of 256. */
  private static FloatVector digits(IntVector fractions) {
    return floats(fractions.and(255).mul(3).lanewise(LSHR, 8).sub(1));
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
    IntVector shifts = IOTA.and(3).lanewise(LSHL, 3);
    for (int at = 0; at < k; at += 256) {
      long p = w + (long) BYTES * (at / 256);
      float d = Float.float16ToFloat(MEMORY.get(SHORT, (p + 52) & ADDRESS));
      m = Math.fma(-d, MEMORY.get(FLOAT, (Prepared.sums(x, k) + at / 64) & ADDRESS), m);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      for (int e = 0; e < 48; e += LANES) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p + e) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        // 32 bytes, then 16: digit n of all of them, then digit n + 1.
        long step = e < 32 ? 128 : 64;
        long v = x + 4L * (at + (e < 32 ? e : 128 + e));
        IntVector t0 = q.mul(3);
        b =
            ((FloatVector) t0.lanewise(LSHR, 8).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, v & ADDRESS, LE), b);
        IntVector t1 = t0.and(255).mul(3);
        c =
            ((FloatVector) t1.lanewise(LSHR, 8).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + step) & ADDRESS, LE), c);
        IntVector t2 = t1.and(255).mul(3);
        b =
            ((FloatVector) t2.lanewise(LSHR, 8).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + 2 * step) & ADDRESS, LE), b);
        IntVector t3 = t2.and(255).mul(3);
        c =
            ((FloatVector) t3.lanewise(LSHR, 8).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + 3 * step) & ADDRESS, LE), c);
        IntVector t4 = t3.and(255).mul(3);
        b =
            ((FloatVector) t4.lanewise(LSHR, 8).convert(I2F, 0))
                .fma(FloatVector.fromMemorySegment(F, MEMORY, (v + 4 * step) & ADDRESS, LE), b);
      }
      IntVector last =
          IntVector.broadcast(I, MEMORY.get(INT, (p + 48) & ADDRESS)).lanewise(LSHR, shifts);
      for (int i = 0; i < 16; i += LANES) {
        IntVector q = last.and(255).mul(IntVector.fromArray(I, LAST_POWERS, i)).and(255).mul(3);
        b =
            ((FloatVector) q.lanewise(LSHR, 8).convert(I2F, 0))
                .fma(
                    FloatVector.fromMemorySegment(
                        F, MEMORY, (x + 4L * (at + 240 + i)) & ADDRESS, LE),
                    b);
      }
      a = b.add(c).fma(FloatVector.broadcast(F, d), a);
    }
    a.intoMemorySegment(MEMORY, out & ADDRESS, LE);
    return m;
  }
}
