package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.SHORT;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.lookup;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 136 bytes: half d, eight 6-bit scales in 2 + 4 bytes, 128 bytes of nibbles as IQ4_NL. */
final class VectorIQ4_XS implements VectorFormat {
  private static final int BYTES = 136;

  @Override
  public GgmlType type() {
    return GgmlType.IQ4_XS;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    float d = half(p);
    int highs = MEMORY.get(SHORT, (p + 2) & ADDRESS);
    int lows = MEMORY.get(INT, (p + 4) & ADDRESS);
    for (int j = 0; j < 8; j++) {
      int c = lows >>> 4 * j & 15 | (highs >>> 2 * j & 3) << 4;
      FloatVector scale = broadcast(d * (c - 32));
      for (int i = 0; i < 16; i += LANES) {
        IntVector q = unsignedBytes(p + 8 + 16 * j + i);
        store(lookup(q.and(15), VectorIQ4_NL.VALUES).mul(scale), o + 128L * j + 4L * i);
        store(
            lookup(q.lanewise(LSHR, 4), VectorIQ4_NL.VALUES).mul(scale),
            o + 128L * j + 64 + 4L * i);
      }
    }
  }
}
