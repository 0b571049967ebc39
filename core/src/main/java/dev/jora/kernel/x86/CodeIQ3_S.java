package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 110 bytes: half d, 64 lower bytes of indices, 64 upper bits of them, 32 bytes of signs, 8 nibbles
 * of scales; d (1 + 2 c) · value.
 */
final class CodeIQ3_S extends CodeGrid {
  static final int OFFSET = 15;

  CodeIQ3_S() {
    super(GgmlType.IQ3_S, 4);
  }

  @Override
  int offset() {
    return OFFSET;
  }

  @Override
  long table() {
    return GridTables.IQ3_S;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 2 * OFFSET);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vpbroadcastd(T1, Mem.at(p, 106));
    a.vpsrlvd(T1, T1, lanes(a, i -> 4 * scaleOf(32, i)));
    a.vpandd(T1, T1, a.constant(15).all());
    oddScales(a, Mem.at(p, 0), 1, scales);
  }

  @Override
  void upper(Assembler a, Gpr p, int c) {
    GridTables.upper(a, Mem.at(p, 66 + 2 * c));
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    GridTables.index(a, Mem.at(p, 2 + 16 * c + i), i, 1);
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    a.kmovq(SIGNS, Mem.at(p, 74 + 8 * c));
    negate(a);
  }
}
