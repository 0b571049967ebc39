package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.SHORT;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/** 74 bytes: half d, 32 words of 9 bits of index and 7 of signs, 16 nibbles of scales. */
final class VectorIQ2_XS implements VectorFormat {
  private static final int BYTES = 74;

  @Override
  public GgmlType type() {
    return GgmlType.IQ2_XS;
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
      int word = MEMORY.get(SHORT, (p + 2 + 2L * g) & ADDRESS);
      long negative = GridPoints.negativeByField(word >> 9);
      GridPoints.put(GridPoints.IQ2_XS[word & 511], negative, bytes + 8L * g);
    }
    scaled(half(p), p + 66, bytes, o);
  }

  /** The floats of a block: d (0.5 + c) / 4 · byte, c a nibble at {@code scales} for 16 values. */
  static void scaled(float d, long scales, long bytes, long o) {
    for (int j = 0; j < 16; j++) {
      int c = unsignedByte(scales + j / 2) >> 4 * (j % 2) & 15;
      GridPoints.scaled(bytes + 16L * j, 16, 0, d * (0.5f + c) * 0.25f, o + 64L * j);
    }
  }
}
