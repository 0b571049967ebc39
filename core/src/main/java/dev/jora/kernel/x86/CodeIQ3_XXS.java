package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 98 bytes: half d, 64 indices of a byte, per 32 values 4 · 7 bits of signs and a scale; d (0.5 +
 * c) · half a value, which is whole.
 */
final class CodeIQ3_XXS extends CodeGrid {
  static final int OFFSET = 31;

  CodeIQ3_XXS() {
    super(GgmlType.IQ3_XXS, 4);
  }

  @Override
  int offset() {
    return OFFSET;
  }

  @Override
  long table() {
    return GridTables.IQ3_XXS;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 2 * OFFSET);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vmovupsY(T1, Mem.at(p, 66));
    a.vmovups(T2, lanes(a, i -> scaleOf(32, i)));
    a.vpermps(T1, T2, T1);
    a.vpsrld(T1, T1, 28);
    oddScales(a, Mem.at(p, 0), 0.5, scales);
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    a.movzx8(Gpr.RAX, Mem.at(p, 2 + 16 * c + i));
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    a.mov(Gpr.RAX, Mem.at(p, 66 + 8 * c));
    SignFields.spread(a);
    a.kmovq(SIGNS, Gpr.RAX);
    negate(a);
  }
}
