package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** Q5_0 and Q5_1: nibbles, and four bytes that hold bit 4 of each value. */
abstract class FifthBits extends Nibbles32 {
  private static final int BITS = 3; // mask register
  private final int bitsAt;

  FifthBits(GgmlType type, int bitsAt) {
    super(type, bitsAt + 4);
    this.bitsAt = bitsAt;
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 2, 0x10);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    super.weights(a, p, c);
    a.mov32(Gpr.RAX, Mem.at(p, type.blockBytes() + bitsAt));
    a.mov32(Gpr.RBP, Mem.at(p, bitsAt));
    a.shl(Gpr.RAX, 32);
    a.or(Gpr.RAX, Gpr.RBP);
    a.kmovq(BITS, Gpr.RAX);
    a.vpaddb(W.merge(BITS), W, constant(2));
  }
}
