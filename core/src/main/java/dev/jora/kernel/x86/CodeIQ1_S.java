package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 50 bytes: half d, 32 lower bytes of indices, per 32 values a word of all else. */
final class CodeIQ1_S extends CodeIQ1 {
  CodeIQ1_S() {
    super(GgmlType.IQ1_S);
  }

  @Override
  void constants(Assembler a) {
    downBits(a, group -> group / 4 * 16 + 15);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vbroadcasti32x4(T1, Mem.at(p, 34));
    a.vpshufb(T1, T1, lanes(a, i -> 0x0100 + 0x0202 * scaleOf(32, i) | 0x80800000));
    a.vpsrld(T1, T1, 12);
    a.vpandd(T1, T1, a.constant(7).all());
    oddScales(a, Mem.at(p, 0), 0.125, scales);
  }

  @Override
  void upper(Assembler a, Gpr p, int c) {
    GridTables.upper(a, Mem.at(p, 34 + 4 * c));
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    GridTables.index(a, Mem.at(p, 2 + 8 * c + i), i / 4 * 16 + i % 4 * 3, 7);
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    shift(a, Mem.at(p, 34 + 4 * c));
  }
}
