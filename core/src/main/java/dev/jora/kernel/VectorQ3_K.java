package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.B;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.FLOAT;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LE;
import static dev.jora.kernel.Vectors.LONG;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.SHORT;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
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

/** 110 bytes: 256 high bits, 64 bytes of 2 bits, 12 bytes of 6-bit scales, half d. */
final class VectorQ3_K implements VectorFormat {
  private static final int BYTES = 110;

  @Override
  public GgmlType type() {
    return GgmlType.Q3_K;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    float d = half(p + 108);
    long first = firstScales(p);
    long second = lastScales(p);
    for (int e = 0; e < 256; e += 16) {
      int c = (int) ((e < 128 ? first : second) >>> e / 16 * 8) & 63;
      FloatVector scale = broadcast(d * (c - 32));
      long quants = p + 32 + 32 * (e / 128) + e % 32;
      int shift = 2 * (e / 32 % 4);
      for (int i = 0; i < 16; i += LANES) {
        IntVector low = unsignedBytes(quants + i).lanewise(LSHR, shift).and(3);
        IntVector high = unsignedBytes(p + e % 32 + i).lanewise(LSHR, e / 32).and(1);
        store(floats(low.add(high.lanewise(LSHL, 2)).sub(4)).mul(scale), o + 4L * (e + i));
      }
    }
  }

  /** Scales 0 to 7 as bytes: nibbles of eight bytes, pairs of bits of the four bytes behind. */
  private static long firstScales(long p) {
    return scales(MEMORY.get(LONG, (p + 96) & ADDRESS), MEMORY.get(INT, (p + 104) & ADDRESS));
  }

  /** Scales 8 to 15. */
  private static long lastScales(long p) {
    return scales(
        MEMORY.get(LONG, (p + 96) & ADDRESS) >>> 4, MEMORY.get(INT, (p + 104) & ADDRESS) >>> 4);
  }

  private static long scales(long nibbles, int pairs) {
    int low = pairs << 4 & 0x30303030;
    int high = pairs << 2 & 0x30303030;
    return nibbles & 0x0f0f0f0f_0f0f0f0fL | low | (long) high << 32;
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
      float d = Float.float16ToFloat(MEMORY.get(SHORT, (p + 108) & ADDRESS));
      MEMORY.set(LONG, (scratch + 64) & ADDRESS, firstScales(p));
      MEMORY.set(LONG, (scratch + 72) & ADDRESS, lastScales(p));
      for (int i = 0; i < 16; i += LANES) {
        IntVector s =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (scratch + 64 + i) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        FloatVector scales = ((FloatVector) s.sub(32).convert(I2F, 0)).mul(d);
        // The 4 of q − 4 goes with the sums.
        a =
            scales
                .mul(-4)
                .fma(
                    FloatVector.fromMemorySegment(
                        F, MEMORY, (Prepared.sums(x, k) + at / 4 + 4L * i) & ADDRESS, LE),
                    a);
        scales.intoMemorySegment(MEMORY, (scratch + 4L * i) & ADDRESS, LE);
      }
      for (int e = 0; e < 64; e += LANES) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p + 32 + e) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        IntVector h =
            ((IntVector)
                    ByteVector.fromMemorySegment(B, MEMORY, (p + e % 32) & ADDRESS, LE)
                        .convertShape(ZERO_EXTEND_B2I, I, 0))
                .lanewise(LSHR, 4 * (e / 32));
        long s = scratch + 4 * (8 * (e / 32) + e % 32 / 16);
        long v = x + 4L * (at + 96 * (e / 32) + e);
        FloatVector q0 =
            ((FloatVector) q.and(3).or(h.lanewise(LSHL, 2).and(4)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, v & ADDRESS, LE));
        FloatVector q1 =
            ((FloatVector)
                    q.lanewise(LSHR, 2).and(3).or(h.lanewise(LSHL, 1).and(4)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, (v + 128) & ADDRESS, LE));
        FloatVector q2 =
            ((FloatVector) q.lanewise(LSHR, 4).and(3).or(h.and(4)).convert(I2F, 0))
                .mul(FloatVector.fromMemorySegment(F, MEMORY, (v + 256) & ADDRESS, LE));
        FloatVector q3 =
            ((FloatVector) q.lanewise(LSHR, 6).or(h.lanewise(LSHR, 1).and(4)).convert(I2F, 0))
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
