package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.MEMORY;

/** The eight 6-bit scales and minima of Q4_K and Q5_K, from 12 bytes to one byte each. */
final class KBlocks {
  private KBlocks() {}

  /**
   * Scale j in byte j: the low six bits of bytes 0–3, then low nibbles with two bits from above.
   */
  static long scales(long address) {
    return unpack(MEMORY.get(INT, address & ADDRESS), MEMORY.get(INT, (address + 8) & ADDRESS));
  }

  /** Minimum j in byte j: the low six bits of bytes 4–7, then high nibbles with two from above. */
  static long mins(long address) {
    return unpack(
        MEMORY.get(INT, (address + 4) & ADDRESS), MEMORY.get(INT, (address + 8) & ADDRESS) >>> 4);
  }

  private static long unpack(int first, int nibbles) {
    int second = nibbles & 0x0f0f0f0f | first >>> 2 & 0x30303030;
    return first & 0x3f3f3f3fL | (long) second << 32;
  }
}
