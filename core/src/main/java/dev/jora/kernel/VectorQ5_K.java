package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.B;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.FLOAT;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LE;
import static dev.jora.kernel.Vectors.MEMORY;
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

/** 176 bytes: as Q4_K, with 256 fifth bits before the nibbles. */
final class VectorQ5_K implements VectorFormat {
  private static final int BYTES = 176;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_K;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    float d = half(p);
    float dmin = half(p + 2);
    long scales = KBlocks.scales(p + 4);
    long mins = KBlocks.mins(p + 4);
    for (int g = 0; g < 4; g++) {
      FloatVector s0 = broadcast(d * (scales & 255));
      FloatVector s1 = broadcast(d * (scales >>> 8 & 255));
      FloatVector m0 = broadcast(-dmin * (mins & 255));
      FloatVector m1 = broadcast(-dmin * (mins >>> 8 & 255));
      scales >>>= 16;
      mins >>>= 16;
      for (int i = 0; i < 32; i += LANES) {
        IntVector q = unsignedBytes(p + 48 + 32 * g + i);
        IntVector h = unsignedBytes(p + 16 + i).lanewise(LSHR, 2 * g);
        store(floats(q.and(15).or(h.and(1).lanewise(LSHL, 4))).fma(s0, m0), o + 4L * (64 * g + i));
        store(
            floats(q.lanewise(LSHR, 4).or(h.and(2).lanewise(LSHL, 3))).fma(s1, m1),
            o + 4L * (64 * g + 32 + i));
      }
    }
  }

  @Override
  public long preparedBytes(int k) {
    return Prepared.bytes(k, 16);
  }

  @Override
  public void prepare(long x, int k, long out) {
    Prepared.withSumsForMins(x, k, out);
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    if (LANES < 8) {
      VectorFormat.super.dots(w0, w1, k, x, y0, y1, scratch);
      return;
    }
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    for (int b = 0; b < k / 256; b++) {
      long p0 = w0 + (long) BYTES * b;
      long p1 = w1 + (long) BYTES * b;
      KBlocks.scalesAndMins(p0, scratch);
      KBlocks.scalesAndMins(p1, scratch + 64);
      for (int i = 0; i < 16; i += LANES) {
        FloatVector sums =
            FloatVector.fromMemorySegment(
                F, MEMORY, (Prepared.sums(x, k) + 64L * b + 4L * i) & ADDRESS, LE);
        b0 =
            FloatVector.fromMemorySegment(F, MEMORY, (scratch + 4L * i) & ADDRESS, LE)
                .fma(sums, b0);
        b1 =
            FloatVector.fromMemorySegment(F, MEMORY, (scratch + 64 + 4L * i) & ADDRESS, LE)
                .fma(sums, b1);
      }
      for (int g = 0; g < 4; g++) {
        FloatVector low0 = FloatVector.zero(F);
        FloatVector low1 = FloatVector.zero(F);
        FloatVector high0 = FloatVector.zero(F);
        FloatVector high1 = FloatVector.zero(F);
        long v = x + 1024L * b + 256L * g;
        for (int i = 0; i < 32; i += LANES) {
          FloatVector xLow = FloatVector.fromMemorySegment(F, MEMORY, (v + 4L * i) & ADDRESS, LE);
          FloatVector xHigh =
              FloatVector.fromMemorySegment(F, MEMORY, (v + 128 + 4L * i) & ADDRESS, LE);
          IntVector q0 =
              (IntVector)
                  ByteVector.fromMemorySegment(B, MEMORY, (p0 + 48 + 32 * g + i) & ADDRESS, LE)
                      .convertShape(ZERO_EXTEND_B2I, I, 0);
          IntVector q1 =
              (IntVector)
                  ByteVector.fromMemorySegment(B, MEMORY, (p1 + 48 + 32 * g + i) & ADDRESS, LE)
                      .convertShape(ZERO_EXTEND_B2I, I, 0);
          IntVector h0 =
              ((IntVector)
                      ByteVector.fromMemorySegment(B, MEMORY, (p0 + 16 + i) & ADDRESS, LE)
                          .convertShape(ZERO_EXTEND_B2I, I, 0))
                  .lanewise(LSHL, 4)
                  .lanewise(LSHR, 2 * g);
          IntVector h1 =
              ((IntVector)
                      ByteVector.fromMemorySegment(B, MEMORY, (p1 + 16 + i) & ADDRESS, LE)
                          .convertShape(ZERO_EXTEND_B2I, I, 0))
                  .lanewise(LSHL, 4)
                  .lanewise(LSHR, 2 * g);
          low0 = ((FloatVector) q0.and(15).or(h0.and(16)).convert(I2F, 0)).fma(xLow, low0);
          low1 = ((FloatVector) q1.and(15).or(h1.and(16)).convert(I2F, 0)).fma(xLow, low1);
          high0 =
              ((FloatVector) q0.lanewise(LSHR, 4).or(h0.lanewise(LSHR, 1).and(16)).convert(I2F, 0))
                  .fma(xHigh, high0);
          high1 =
              ((FloatVector) q1.lanewise(LSHR, 4).or(h1.lanewise(LSHR, 1).and(16)).convert(I2F, 0))
                  .fma(xHigh, high1);
        }
        a0 = low0.fma(FloatVector.broadcast(F, MEMORY.get(FLOAT, (scratch + 8 * g) & ADDRESS)), a0);
        a1 =
            low1.fma(
                FloatVector.broadcast(F, MEMORY.get(FLOAT, (scratch + 64 + 8 * g) & ADDRESS)), a1);
        b0 =
            high0.fma(
                FloatVector.broadcast(F, MEMORY.get(FLOAT, (scratch + 4 + 8 * g) & ADDRESS)), b0);
        b1 =
            high1.fma(
                FloatVector.broadcast(F, MEMORY.get(FLOAT, (scratch + 68 + 8 * g) & ADDRESS)), b1);
      }
    }
    a0.add(b0).intoMemorySegment(MEMORY, scratch & ADDRESS, LE);
    a1.add(b1).intoMemorySegment(MEMORY, (scratch + 64) & ADDRESS, LE);
    reduce(scratch, 0, 0, y0, y1);
  }
}
