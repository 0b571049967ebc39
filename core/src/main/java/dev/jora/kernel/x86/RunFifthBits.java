package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link FifthBits}: Q5_0 and Q5_1. */
final class RunFifthBits extends RunNibbles {
  private final int bitsAt;

  RunFifthBits(GgmlType type, int bitsAt) {
    super(type, bitsAt + 4);
    this.bitsAt = bitsAt;
  }

  @Override
  int largest() {
    return 31;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    super.weights(a, p, run);
    // Each byte gets the byte that has its bit, and all other bits set: all of them if it is 1.
    a.vpbroadcastd(T1, block(p, run).plus(bitsAt));
    a.vpshufb(T1, T1, bytes(a, i -> i / 8));
    a.vpor(T1, T1, bytes(a, i -> ~(1 << i % 8)));
    a.vpcmpeqb(T1, T1, bytes(a, i -> -1));
    a.vpand(T1, T1, bytes(a, i -> 0x10));
    a.vpor(Q, Q, T1);
  }
}
