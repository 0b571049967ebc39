package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 82 bytes: half d, 32 lower bytes of indices, 32 bytes of signs, 32 pairs of upper bits of
 * indices, 16 nibbles of scales.
 */
final class CodeIQ2_S extends CodeIQ2 {
  CodeIQ2_S() {
    super(GgmlType.IQ2_S);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  long table() {
    return GridTables.IQ2_S;
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    nibbleScales(a, Mem.at(p, 66), Mem.at(p, 0), scales);
  }

  @Override
  void upper(Assembler a, Gpr p, int c) {
    GridTables.upper(a, Mem.at(p, 66 + 2 * c));
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    GridTables.index(a, Mem.at(p, 2 + 8 * c + i), 2 * i, 3);
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    a.kmovq(SIGNS, Mem.at(p, 34 + 8 * c));
    negate(a);
  }
}
