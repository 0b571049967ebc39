package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 176 bytes: {@link Scales6}, 32 bytes of fifth bits (bit g for group g), nibbles as in Q4_K. */
final class CodeQ5_K extends Scales6 {
  CodeQ5_K() {
    super(GgmlType.Q5_K);
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 4, 0x10);
    for (int c = 0; c < 4; c++) {
      int chunk = c;
      load(a, 5 + c, lanes(a, i -> 4 - (2 * chunk + i / 8) & 31));
    }
    for (int odd = 0; odd < 2; odd++) {
      int less = odd;
      load(a, 9 + odd, lanes(a, i -> 4 - (i / 4 * 2 + less) & 31));
    }
  }

  @Override
  void rest(Assembler a, Gpr p, int half, Zmm even, Zmm odd) {
    for (int i = 0; i < 2; i++) {
      a.vbroadcasti32x4(MINS, Mem.at(p, 16 + 16 * half));
      a.vprolvd(MINS, MINS, constant(9 + i));
      a.vpternlogd(i == 0 ? even : odd, MINS, constant(4), OR_AND);
    }
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vbroadcasti64x4(W, Mem.at(p, 48 + 32 * c));
    a.vpsrlvw(W, W, constant(1));
    a.vpandd(W, W, constant(0));
    a.vbroadcasti64x4(T1, Mem.at(p, 16));
    a.vprolvd(T1, T1, constant(5 + c));
    a.vpternlogd(W, T1, constant(4), OR_AND);
  }
}
