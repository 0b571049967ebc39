package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LONG;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.lookup;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedByte;
import static dev.jora.kernel.Vectors.unsignedBytes;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;

/**
 * 36 bytes: 4 scales of 8 bits, 4 times 8 bytes of which the lower nibbles choose 8 values of those
 * of MXFP4 and the upper ones the next 8.
 */
final class VectorNVFP4 implements VectorFormat {
  private static final int BYTES = 36;
  private static final long NIBBLES = 0x0f0f0f0f0f0f0f0fL;

  @Override
  public GgmlType type() {
    return GgmlType.NVFP4;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 64; b++) {
      block(w + (long) BYTES * b, out + 256L * b);
    }
  }

  /** Nibbles wait as bytes in the last quarter of the floats, as in {@link GridPoints}. */
  private static void block(long p, long o) {
    long bytes = o + 192;
    for (int s = 0; s < 4; s++) {
      long both = MEMORY.get(LONG, (p + 4 + 8L * s) & ADDRESS);
      MEMORY.set(LONG, (bytes + 16L * s) & ADDRESS, both & NIBBLES);
      MEMORY.set(LONG, (bytes + 16L * s + 8) & ADDRESS, both >>> 4 & NIBBLES);
    }
    for (int s = 0; s < 4; s++) {
      FloatVector d = broadcast(scale(unsignedByte(p + s)));
      for (int i = 0; i < 16; i += LANES) {
        store(
            lookup(unsignedBytes(bytes + 16L * s + i), VectorMXFP4.VALUES).mul(d),
            o + 64L * s + 4L * i);
      }
    }
  }

  /** A float of 4 bits of exponent and 3 of mantissa has the form of a half, 2^7 times smaller. */
  private static float scale(int b) {
    return b == 0x7f ? 0 : 128 * Float.float16ToFloat((short) ((b & 127) << 7));
  }
}
