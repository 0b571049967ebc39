package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ1_0}. */
final class RunQ1_0 extends RunCode {
  RunQ1_0() {
    super(GgmlType.Q1_0);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    half(a, Mem.at(p, 0), SCALES[0]);
    half(a, Mem.at(p, 18), T1);
    a.vinserti128(SCALES[0], SCALES[0], T1, 1);
    offsets(a);
  }

  @Override
  int largest() {
    return 2;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    a.vpbroadcastd(Q, Mem.at(p, run / 4 * 18 + 2 + run % 4 * 4));
    flags(a, Q, i -> i / 8, i -> 1 << i % 8);
    a.vpand(Q, Q, bytes(a, i -> 2));
  }
}
