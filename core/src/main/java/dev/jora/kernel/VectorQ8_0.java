package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.B;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LE;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.SHORT;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.reduce;
import static dev.jora.kernel.Vectors.signedBytes;
import static dev.jora.kernel.Vectors.store;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 34 bytes: half d, then 32 signed bytes; value d q. */
final class VectorQ8_0 implements VectorFormat {
  private static final int BYTES = 34;

  @Override
  public GgmlType type() {
    return GgmlType.Q8_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      long p = w + (long) BYTES * b;
      long o = out + 128L * b;
      FloatVector d = halves(p);
      for (int i = 0; i < 32; i += LANES) {
        store(((FloatVector) signedBytes(p + 2 + i).convert(I2F, 0)).mul(d), o + 4L * i);
      }
    }
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
    for (int b = 0; b < k / 32; b++) {
      long p0 = w0 + (long) BYTES * b;
      long p1 = w1 + (long) BYTES * b;
      long v = x + 128L * b;
      FloatVector d0 =
          FloatVector.broadcast(F, Float.float16ToFloat(MEMORY.get(SHORT, p0 & ADDRESS)));
      FloatVector d1 =
          FloatVector.broadcast(F, Float.float16ToFloat(MEMORY.get(SHORT, p1 & ADDRESS)));
      for (int i = 0; i < 16; i += LANES) {
        FloatVector xLow = FloatVector.fromMemorySegment(F, MEMORY, (v + 4L * i) & ADDRESS, LE);
        FloatVector xHigh =
            FloatVector.fromMemorySegment(F, MEMORY, (v + 64 + 4L * i) & ADDRESS, LE);
        IntVector low0 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p0 + 2 + i) & ADDRESS, LE)
                    .convertShape(B2I, I, 0);
        IntVector low1 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p1 + 2 + i) & ADDRESS, LE)
                    .convertShape(B2I, I, 0);
        IntVector high0 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p0 + 18 + i) & ADDRESS, LE)
                    .convertShape(B2I, I, 0);
        IntVector high1 =
            (IntVector)
                ByteVector.fromMemorySegment(B, MEMORY, (p1 + 18 + i) & ADDRESS, LE)
                    .convertShape(B2I, I, 0);
        a0 = ((FloatVector) low0.convert(I2F, 0)).mul(xLow).fma(d0, a0);
        a1 = ((FloatVector) low1.convert(I2F, 0)).mul(xLow).fma(d1, a1);
        b0 = ((FloatVector) high0.convert(I2F, 0)).mul(xHigh).fma(d0, b0);
        b1 = ((FloatVector) high1.convert(I2F, 0)).mul(xHigh).fma(d1, b1);
      }
    }
    a0.add(b0).intoMemorySegment(MEMORY, scratch & ADDRESS, LE);
    a1.add(b1).intoMemorySegment(MEMORY, (scratch + 64) & ADDRESS, LE);
    reduce(scratch, 0, 0, y0, y1);
  }
}
