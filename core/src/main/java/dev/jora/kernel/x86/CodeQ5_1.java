package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 24 bytes: halves d and m, 4 bytes of fifth bits, 16 bytes of nibbles; d q + m. */
final class CodeQ5_1 extends FifthBits {
  CodeQ5_1() {
    super(GgmlType.Q5_1, 4);
  }

  @Override
  int offset() {
    return 0;
  }

  @Override
  void mins(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    halves(a, Mem.at(p, 2), Mem.at(p, type.blockBytes() + 2), out);
  }
}
