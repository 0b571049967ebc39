package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.signedByte;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
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
}
