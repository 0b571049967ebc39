package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;

/**
 * Q2_K, Q3_K and TQ2_0: 64 bytes of pairs of bits. The four pairs of a byte belong to four groups
 * of 32 values, so a chunk is two of them.
 */
abstract class Pairs extends BlockCode {
  private final int at;

  Pairs(GgmlType type, int at) {
    super(type);
    this.at = at;
  }

  /** Constants 0 to 2: a pair, and the shifts of even and odd chunks. */
  @Override
  void constants(Assembler a) {
    load(a, 0, 0x03);
    load(a, 1, words(a, i -> i < 16 ? 0 : 2));
    load(a, 2, words(a, i -> i < 16 ? 4 : 6));
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vbroadcasti64x4(W, Mem.at(p, at + c / 2 * 32));
    a.vpsrlvw(W, W, constant(1 + c % 2));
    a.vpandd(W, W, constant(0));
  }
}
