package dev.jora.quantize.row;

/** Levels of 256 values into bytes, as several K types pack them. */
final class Bits {
  private Bits() {}

  /** Byte 32 h + l of 64, bits 2 t and 2 t + 1: the low two bits of level 128 h + 32 t + l. */
  static void putPairs(int[] levels, int at, byte[] out, int to) {
    for (int h = 0; h < 2; h++) {
      int from = at + 128 * h;
      for (int l = 0; l < 32; l++) {
        int low = levels[from + l] & 3 | (levels[from + 32 + l] & 3) << 2;
        int high = levels[from + 64 + l] & 3 | (levels[from + 96 + l] & 3) << 2;
        out[to + 32 * h + l] = (byte) (low | high << 4);
      }
    }
  }

  /** Byte l of 32, bit b: bit {@code bit} of level 32 b + l. */
  static void putSingles(int[] levels, int at, int bit, byte[] out, int to) {
    for (int l = 0; l < 32; l++) {
      int bits = 0;
      for (int b = 0; b < 8; b++) {
        bits |= (levels[at + 32 * b + l] >> bit & 1) << b;
      }
      out[to + l] = (byte) bits;
    }
  }

  /**
   * Byte n g + l, l &lt; n: the low four bits of level 2 n g + l in the low nibble, of level 2 n g
   * + n + l in the high nibble.
   */
  static void putNibbles(int[] levels, int at, int count, int n, byte[] out, int to) {
    for (int g = 0; g < count / (2 * n); g++) {
      int from = at + 2 * n * g;
      for (int l = 0; l < n; l++) {
        out[to + n * g + l] = (byte) (levels[from + l] & 15 | levels[from + n + l] << 4);
      }
    }
  }
}
