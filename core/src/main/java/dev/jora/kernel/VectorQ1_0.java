package dev.jora.kernel;

import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.IOTA;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedByte;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.IntVector;

/** 18 bytes: half d, 128 bits; value d, or −d for a bit that is 0. */
final class VectorQ1_0 implements VectorFormat {
  private static final int BYTES = 18;

  @Override
  public GgmlType type() {
    return GgmlType.Q1_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 128; b++) {
      block(w + (long) BYTES * b, out + 512L * b);
    }
  }

  private static void block(long p, long o) {
    IntVector d = IntVector.broadcast(I, Float.floatToRawIntBits(half(p)));
    for (int e = 0; e < 128; e += LANES) {
      int bits = ~unsignedByte(p + 2 + e / 8) >> e % 8;
      if (LANES == 16) {
        bits = bits & 255 | ~unsignedByte(p + 3 + e / 8) << 8;
      }
      IntVector negative = IntVector.broadcast(I, bits).lanewise(LSHR, IOTA).lanewise(LSHL, 31);
      store(d.lanewise(XOR, negative).reinterpretAsFloats(), o + 4L * e);
    }
  }
}
