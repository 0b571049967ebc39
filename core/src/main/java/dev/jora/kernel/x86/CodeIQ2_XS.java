package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 74 bytes: half d, 32 words of 9 bits of index and 7 of signs, 16 nibbles of scales. */
final class CodeIQ2_XS extends CodeIQ2 {
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
  void begin(Assembler a, Gpr p, Zmm scales) {
    nibbleScales(a, Mem.at(p, 58), Mem.at(p, 0), scales);
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    a.movzx16(Gpr.RAX, Mem.at(p, 2 + 16 * c + 2 * i));
    a.and(Gpr.RAX, 511);
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    Ymm words = Ymm.ymm(T1.number());
    a.vbroadcasti128(words, Mem.at(p, 2 + 16 * c));
    a.vpsrlw(words, words, 9);
    a.vpacksswb(words, words, words);
    a.vmovq(Gpr.RAX, words);
    SignFields.parity(a);
    a.kmovq(SIGNS, Gpr.RAX);
    negate(a);
  }
}
