package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 66 bytes: half d, per 32 values 4 indices of a byte, then 4 · 7 bits of signs and a scale. */
final class CodeIQ2_XXS extends CodeIQ2 {
  CodeIQ2_XXS() {
    super(GgmlType.IQ2_XXS);
  }

  @Override
  long table() {
    return GridTables.IQ2_XXS;
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vmovups(T1, Mem.at(p, 2));
    a.vmovups(T2, lanes(a, i -> 2 * scaleOf(32, i) + 1));
    a.vpermps(T1, T2, T1);
    a.vpsrld(T1, T1, 28);
    oddScales(a, Mem.at(p, 0), 0.125, scales);
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    a.movzx8(Gpr.RAX, Mem.at(p, 2 + 16 * c + i / 4 * 8 + i % 4));
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    a.mov32(Gpr.RAX, Mem.at(p, 6 + 16 * c));
    a.mov32(Gpr.R15, Mem.at(p, 14 + 16 * c));
    a.shl(Gpr.R15, 32);
    a.or(Gpr.RAX, Gpr.R15);
    SignFields.spread(a);
    a.kmovq(SIGNS, Gpr.RAX);
    negate(a);
  }
}
