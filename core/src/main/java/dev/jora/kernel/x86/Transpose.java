package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/** Emits the transposition of 16 × 16 values of 32 bits; it uses all vector registers. */
final class Transpose {
  private Transpose() {}

  /** Columns of the 16 rows at {@code from}, 64 bytes apart, into registers 0 to 15. */
  static void emit(Assembler a, Mem from) {
    for (int r = 0; r < 16; r++) {
      a.vmovups(zmm(r), from.plus(64 * r));
    }
    emit(a);
  }

  /** Rows in registers 0 to 15 become columns there. */
  static void emit(Assembler a) {
    for (int r = 0; r < 16; r += 2) {
      a.vpunpckldq(zmm(16 + r), zmm(r), zmm(r + 1));
      a.vpunpckhdq(zmm(17 + r), zmm(r), zmm(r + 1));
    }
    // Of four rows i: in register 4 i + j column 4 q + j stands in quarter q.
    for (int i = 0; i < 16; i += 4) {
      a.vpunpcklqdq(zmm(i), zmm(16 + i), zmm(18 + i));
      a.vpunpckhqdq(zmm(i + 1), zmm(16 + i), zmm(18 + i));
      a.vpunpcklqdq(zmm(i + 2), zmm(17 + i), zmm(19 + i));
      a.vpunpckhqdq(zmm(i + 3), zmm(17 + i), zmm(19 + i));
    }
    for (int j = 0; j < 4; j++) {
      a.vshufi32x4(zmm(16 + j), zmm(j), zmm(4 + j), 0x44);
      a.vshufi32x4(zmm(20 + j), zmm(8 + j), zmm(12 + j), 0x44);
      a.vshufi32x4(zmm(24 + j), zmm(j), zmm(4 + j), 0xEE);
      a.vshufi32x4(zmm(28 + j), zmm(8 + j), zmm(12 + j), 0xEE);
    }
    for (int j = 0; j < 4; j++) {
      a.vshufi32x4(zmm(j), zmm(16 + j), zmm(20 + j), 0x88);
      a.vshufi32x4(zmm(4 + j), zmm(16 + j), zmm(20 + j), 0xDD);
      a.vshufi32x4(zmm(8 + j), zmm(24 + j), zmm(28 + j), 0x88);
      a.vshufi32x4(zmm(12 + j), zmm(24 + j), zmm(28 + j), 0xDD);
    }
  }
}
