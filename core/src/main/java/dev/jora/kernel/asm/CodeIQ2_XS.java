package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;

/** 74 bytes: half d, 32 words of 9 bits of index and 7 of signs, 16 nibbles of scales. */
final class CodeIQ2_XS extends CodeIQ2 {
  private static final int FIELDS = INDICES - 16;

  CodeIQ2_XS() {
    super(GgmlType.IQ2_XS);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  long table() {
    return GridTables.IQ2_XS;
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 1, lanes(a, i -> 511));
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    nibbleScales(a, Mem.at(p, 58), Mem.at(p, 0), scales);
  }

  @Override
  void indices(Assembler a, Gpr p, int c) {
    a.vpmovzxwdY(T1, Mem.at(p, 2 + 16 * c));
    a.vpandd(T2, T1, constant(1));
    a.vmovups(Mem.at(Gpr.RSP, INDICES), T2);
    a.vpsrld(T1, T1, 9);
    a.vpmovdb(Mem.at(Gpr.RSP, FIELDS), T1);
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    a.mov(Gpr.RAX, Mem.at(Gpr.RSP, FIELDS));
    SignFields.parity(a);
    a.kmovq(SIGNS, Gpr.RAX);
    negate(a);
  }
}
