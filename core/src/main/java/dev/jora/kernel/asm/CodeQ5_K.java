package dev.jora.kernel.asm;

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
