package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 20 bytes: halves d and m, 16 bytes of nibbles; d q + m. */
final class CodeQ4_1 extends Nibbles32 {
  CodeQ4_1() {
    super(GgmlType.Q4_1, 4);
  }

  @Override
  boolean isPlain() {
    return true;
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
