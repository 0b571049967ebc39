package dev.jora.quant;

import java.lang.foreign.MemorySegment;

/**
 * The 12 bytes that hold eight 6-bit scales s_j and eight 6-bit minima m_j of Q4_K and Q5_K.
 *
 * <pre>
 * byte i      s_i  in bits 0-5, the high two bits of s_(i+4) in bits 6-7   (i 0..3)
 * byte 4 + i  m_i  in bits 0-5, the high two bits of m_(i+4) in bits 6-7
 * byte 8 + i  the low four bits of s_(i+4) in the low nibble, of m_(i+4) in the high nibble
 * </pre>
 */
final class KScales {
  private KScales() {}

  /** s_j, 0 to 63. */
  static int scale(MemorySegment src, long at, int j) {
    return j < 4
        ? BlockDecoder.u8(src, at + j) & 63
        : BlockDecoder.u8(src, at + 4 + j) & 15 | BlockDecoder.u8(src, at + j - 4) >> 6 << 4;
  }

  /** m_j, 0 to 63. */
  static int min(MemorySegment src, long at, int j) {
    return j < 4
        ? BlockDecoder.u8(src, at + 4 + j) & 63
        : BlockDecoder.u8(src, at + 4 + j) >> 4 | BlockDecoder.u8(src, at + j) >> 6 << 4;
  }
}
