package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.LONG;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/**
 * 56 bytes: 32 lower bytes of indices, 32 nibbles of upper bits and shifts, 4 words of four scales
 * and a quarter of a half d.
 */
final class VectorIQ1_M implements VectorFormat {
  private static final int BYTES = 56;

  @Override
  public GgmlType type() {
    return GgmlType.IQ1_M;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    long bytes = GridPoints.bytes(o);
    for (int g = 0; g < 32; g++) {
      int nibble = unsignedByte(p + 32 + g / 2) >> 4 * (g % 2);
      int index = unsignedByte(p + g) | (nibble & 7) << 8;
      VectorIQ1_S.put(index, nibble >> 3 & 1, bytes + 8L * g);
    }
    long words = MEMORY.get(LONG, (p + 48) & ADDRESS);
    float d = Float.float16ToFloat((short) Long.compress(words, 0xf000f000f000f000L));
    for (int j = 0; j < 16; j++) {
      int c = (int) (words >>> 16 * (j / 4) + 3 * (j % 4)) & 7;
      VectorIQ1_S.scaled(bytes + 16L * j, 16, d * (2 * c + 1), o + 64L * j);
    }
  }
}
