package dev.jora.quantize.row;

/**
 * The 12 bytes that hold eight 6-bit scales s_j and eight 6-bit minima m_j of Q4_K and Q5_K.
 *
 * <pre>
 * byte i      s_i  in bits 0-5, the high two bits of s_(i+4) in bits 6-7   (i 0..3)
 * byte 4 + i  m_i  in bits 0-5, the high two bits of m_(i+4) in bits 6-7
 * byte 8 + i  the low four bits of s_(i+4) in the low nibble, of m_(i+4) in the high nibble
 * </pre>
 *
 * <p>Numbers of more than six bits spill into their neighbours, as in llama.cpp.
 */
final class Scales6 {
  private Scales6() {}

  /** Writes s[from + j] and m[from + j]. */
  static void put(int[] s, int[] m, int from, byte[] out, int to) {
    for (int i = 0; i < 4; i++) {
      int s4 = s[from + 4 + i];
      int m4 = m[from + 4 + i];
      out[to + i] = (byte) (s[from + i] | s4 >> 4 << 6);
      out[to + 4 + i] = (byte) (m[from + i] | m4 >> 4 << 6);
      out[to + 8 + i] = (byte) (s4 & 15 | (m4 & 15) << 4);
    }
  }

  /** s_j as a reader sees it. */
  static int scale(byte[] bytes, int at, int j) {
    return j < 4 ? bytes[at + j] & 63 : bytes[at + 4 + j] & 15 | (bytes[at + j - 4] & 192) >> 2;
  }

  /** m_j as a reader sees it. */
  static int min(byte[] bytes, int at, int j) {
    return j < 4
        ? bytes[at + 4 + j] & 63
        : (bytes[at + 4 + j] & 240) >> 4 | (bytes[at + j] & 192) >> 2;
  }
}
