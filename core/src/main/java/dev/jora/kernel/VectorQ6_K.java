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
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.reduce;
import static dev.jora.kernel.Vectors.signedByte;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 210 bytes: 128 bytes of nibbles, 64 bytes of high bits, 16 signed scales, half d. */
final class VectorQ6_K implements VectorFormat {
  private static final int BYTES = 210;

  @Override
  public GgmlType type() {
    return GgmlType.Q6_K;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    float d = half(p + 208);
    for (int h = 0; h < 2; h++) {
      for (int c = 0; c < 32; c += 16) {
        long low = p + 64 * h + c;
        long high = p + 128 + 32 * h + c;
        long scales = p + 192 + 8 * h + c / 16;
        long to = o + 4 * (128 * h + c);
        run(low, 0, high, 0, d * signedByte(scales), to);
        run(low + 32, 0, high, 2, d * signedByte(scales + 2), to + 128);
        run(low, 4, high, 4, d * signedByte(scales + 4), to + 256);
        run(low + 32, 4, high, 6, d * signedByte(scales + 6), to + 384);
      }
    }
  }

  /** 16 values of one scale. */
  private static void run(long low, int lowBit, long high, int highBit, float scale, long to) {
    for (int i = 0; i < 16; i += LANES) {
      IntVector a = unsignedBytes(low + i).lanewise(LSHR, lowBit).and(15);
      IntVector b = unsignedBytes(high + i).lanewise(LSHR, highBit).and(3).lanewise(LSHL, 4);
      store(floats(a.or(b).sub(32)).mul(scale), to + 4L * i);
    }
  }

  @Override
  public long preparedBytes(int k) {
    return Prepared.bytes(k, 16);
  }

  @Override
  public void prepare(long x, int k, long out) {
    Prepared.withSums(x, k, 16, out);
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    if (LANES < 8) {
      VectorFormat.super.dots(w0, w1, k, x, y0, y1, scratch);
      return;
    }
    dot(w0, k, x, scratch, scratch + 128);
    dot(w1, k, x, scratch + 64, scratch + 128);
    reduce(scratch, 0, 0, y0, y1);
  }

  /** The unsummed lanes of one row. */
  private static void dot(long w, int k, long x, long out, long scratch) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    for (int at = 0; at < k; at += 256) {
      long p = w + (long) BYTES * (at / 256);
      FloatVector d =
          FloatVector.broadcast(F, Float.float16ToFloat(MEMORY.get(SHORT, (p + 208) & ADDRESS)));
      for (int i = 0; i < 16; i += LANES) {
        IntVector s =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p + 192 + i) & ADDRESS, LE)
                    .convertShape(B2I, I, 0);
        FloatVector scales = ((FloatVector) s.convert(I2F, 0)).mul(d);
        // The 32 of q − 32 goes with the sums.
        a =
            scales
                .mul(-32)
                .fma(
                    FloatVector.fromMemorySegment(
                        F, MEMORY, (Prepared.sums(x, k) + at / 4 + 4L * i) & ADDRESS, LE),
                    a);
        scales.intoMemorySegment(MEMORY, (scratch + 4L * i) & ADDRESS, LE);
      }
      for (int e = 0; e < 64; e += LANES) {
        long low = p + e / 32 * 32 + e;
        IntVector l0 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, low & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        IntVector l1 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (low + 32) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        IntVector h =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p + 128 + e) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        long s = scratch + 4 * (8 * (e / 32) + e % 32 / 16);
        long v = x + 4L * (at + 96 * (e / 32) + e);
        FloatVector q0 =
            ((FloatVector) l0.and(15).or(h.lanewise(LSHL, 4).and(48)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, v & ADDRESS, LE));
        FloatVector q1 =
            ((FloatVector) l1.and(15).or(h.lanewise(LSHL, 2).and(48)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, (v + 128) & ADDRESS, LE));
        FloatVector q2 =
            ((FloatVector) l0.lanewise(LSHR, 4).or(h.and(48)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, (v + 256) & ADDRESS, LE));
        FloatVector q3 =
            ((FloatVector) l1.lanewise(LSHR, 4).or(h.lanewise(LSHR, 2).and(48)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, (v + 384) & ADDRESS, LE));
        a = q0.fma(FloatVector.broadcast(F, MEMORY.get(FLOAT, s & ADDRESS)), a);
        b = q1.fma(FloatVector.broadcast(F, MEMORY.get(FLOAT, (s + 8) & ADDRESS)), b);
        a = q2.fma(FloatVector.broadcast(F, MEMORY.get(FLOAT, (s + 16) & ADDRESS)), a);
        b = q3.fma(FloatVector.broadcast(F, MEMORY.get(FLOAT, (s + 24) & ADDRESS)), b);
      }
    }
    a.add(b).intoMemorySegment(MEMORY, out & ADDRESS, LE);
  }
}
