package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 18 bytes: half d, 64 pairs of bits in order; d (q − 1). A unit is four blocks. */
final class CodeQ2_0 extends BlockCode {
  /** (to | b) &amp; c, bit by bit: the table of vpternlogd. */
  private static final int AND_OF_OR = 0xA8;

  CodeQ2_0() {
    super(GgmlType.Q2_0);
  }

  @Override
  int offset() {
    return 1;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 0x03);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    halves(a, p);
    a.vmovq(scales, Gpr.RAX);
    a.vcvtph2psX(scales, scales);
    a.vshufi32x4(scales, scales, scales, 0); // lane c of a quarter is of chunk c, which is a block
    offsets(a, scales);
  }

  /** Into rax: the halves of four blocks. */
  static void halves(Assembler a, Gpr p) {
    halves4(a, Mem.at(p, 0), 18);
  }

  /** A byte becomes 32 bits, in which its pairs of bits go apart: by 12 bits, then by 6. */
  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vpmovzxbd(W, Mem.at(p, 18 * c + 2));
    a.vpslld(T1, W, 12);
    a.vpord(W, W, T1);
    a.vpslld(T1, W, 6);
    a.vpternlogd(W, T1, constant(0), AND_OF_OR);
  }
}
