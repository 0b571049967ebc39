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
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 24 bytes: halves d and m, 32 fifth bits, 16 bytes of nibbles; value d q + m. */
final class VectorQ5_1 implements VectorFormat {
  private static final int BYTES = 24;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_1;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      block(w + (long) BYTES * b, out + 128L * b);
    }
  }

  private static void block(long p, long o) {
    int bits = MEMORY.get(INT, (p + 4) & ADDRESS);
    FloatVector d = halves(p);
    FloatVector m = halves(p + 2);
    for (int i = 0; i < 16; i += LANES) {
      IntVector q = unsignedBytes(p + 8 + i);
      IntVector low = IntVector.broadcast(I, bits >>> i << 4).lanewise(LSHR, IOTA).and(16);
      IntVector high = IntVector.broadcast(I, bits >>> (12 + i)).lanewise(LSHR, IOTA).and(16);
      store(floats(q.and(15).or(low)).fma(d, m), o + 4L * i);
      store(floats(q.lanewise(LSHR, 4).or(high)).fma(d, m), o + 64 + 4L * i);
    }
  }

  @Override
  public long preparedBytes(int k) {
    return Prepared.bytes(k, 32);
  }

  @Override
  public void prepare(long x, int k, long out) {
    Prepared.withSums(x, k, 32, out);
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    if (LANES < 8) {
      VectorFormat.super.dots(w0, w1, k, x, y0, y1, scratch);
      return;
    }
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    // Σ (d q + m) x = d Σ q x + m Σ x: the second term is a scalar.
    float m0 = 0;
    float m1 = 0;
    for (int b = 0; b < k / 32; b++) {
      long p0 = w0 + (long) BYTES * b;
      long p1 = w1 + (long) BYTES * b;
      long v = x + 128L * b;
      float sum = MEMORY.get(FLOAT, (Prepared.sums(x, k) + 4L * b) & ADDRESS);
      FloatVector d0 =
          FloatVector.broadcast(F, Float.float16ToFloat(MEMORY.get(SHORT, p0 & ADDRESS)));
      FloatVector d1 =
          FloatVector.broadcast(F, Float.float16ToFloat(MEMORY.get(SHORT, p1 & ADDRESS)));
      m0 = Math.fma(Float.float16ToFloat(MEMORY.get(SHORT, (p0 + 2) & ADDRESS)), sum, m0);
      m1 = Math.fma(Float.float16ToFloat(MEMORY.get(SHORT, (p1 + 2) & ADDRESS)), sum, m1);
      int bits0 = MEMORY.get(INT, (p0 + 4) & ADDRESS);
      int bits1 = MEMORY.get(INT, (p1 + 4) & ADDRESS);
      for (int i = 0; i < 16; i += LANES) {
        FloatVector xLow = FloatVector.fromMemorySegment(F, MEMORY, (v + 4L * i) & ADDRESS, LE);
        FloatVector xHigh =
            FloatVector.fromMemorySegment(F, MEMORY, (v + 64 + 4L * i) & ADDRESS, LE);
        IntVector q0 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p0 + 8 + i) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        IntVector low0 = IntVector.broadcast(I, bits0 >>> i << 4).lanewise(LSHR, IOTA).and(16);
        IntVector high0 = IntVector.broadcast(I, bits0 >>> (12 + i)).lanewise(LSHR, IOTA).and(16);
        IntVector q1 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p1 + 8 + i) & ADDRESS, LE)
                    .convertShape(ZERO_EXTEND_B2I, I, 0);
        IntVector low1 = IntVector.broadcast(I, bits1 >>> i << 4).lanewise(LSHR, IOTA).and(16);
        IntVector high1 = IntVector.broadcast(I, bits1 >>> (12 + i)).lanewise(LSHR, IOTA).and(16);
        FloatVector t0 = ((FloatVector) q0.and(15).or(low0).convert(I2F, 0)).mul(xLow);
        FloatVector t1 = ((FloatVector) q1.and(15).or(low1).convert(I2F, 0)).mul(xLow);
        a0 =
            ((FloatVector) q0.lanewise(LSHR, 4).or(high0).convert(I2F, 0))
                .fma(xHigh, t0)
                .fma(d0, a0);
        a1 =
            ((FloatVector) q1.lanewise(LSHR, 4).or(high1).convert(I2F, 0))
                .fma(xHigh, t1)
                .fma(d1, a1);
      }
    }
    a0.intoMemorySegment(MEMORY, scratch & ADDRESS, LE);
    a1.intoMemorySegment(MEMORY, (scratch + 64) & ADDRESS, LE);
    reduce(scratch, m0, m1, y0, y1);
  }
}
