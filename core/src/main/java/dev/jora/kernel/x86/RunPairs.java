package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link Pairs}: the four pairs of bits of 32 bytes are four runs. */
abstract class RunPairs extends RunCode {
  private final int at;

  RunPairs(GgmlType type, int at) {
    super(type);
    this.at = at;
  }

  @Override
  int largest() {
    return 3;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    a.vmovups(Q, Mem.at(p, at + run / 4 * 32));
    bits(a, Q, 2 * (run % 4), 0x03);
  }
}
