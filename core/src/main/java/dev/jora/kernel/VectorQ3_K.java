package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LONG;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
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
    // Sixteen scales as bytes: nibbles of the first eight bytes, pairs of bits of the last four.
    long nibbles = MEMORY.get(LONG, (p + 96) & ADDRESS);
    long pairs = MEMORY.get(INT, (p + 104) & ADDRESS) & 0xffff_ffffL;
    long spread = pairs | pairs >>> 2 << 32;
    long first = (nibbles & 0x0f0f0f0f_0f0f0f0fL) | (spread & 0x03030303_03030303L) << 4;
    spread = pairs >>> 4 | pairs >>> 6 << 32;
    long second = (nibbles >>> 4 & 0x0f0f0f0f_0f0f0f0fL) | (spread & 0x03030303_03030303L) << 4;
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
}
