package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ5_K}. */
final class RunQ5_K extends RunScales6 {
  RunQ5_K() {
    super(GgmlType.Q5_K, 48);
  }

  @Override
  int largest() {
    return 31;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    super.weights(a, p, run);
    a.vmovups(T1, Mem.at(p, 16));
    bits(a, T1, run - 4, 0x10);
    a.vpor(Q, Q, T1);
  }
}
