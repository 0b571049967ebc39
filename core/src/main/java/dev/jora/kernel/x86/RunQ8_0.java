package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ8_0}. */
final class RunQ8_0 extends RunCode {
  RunQ8_0() {
    super(GgmlType.Q8_0);
  }

  @Override
  int largest() {
    return 255;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    a.vmovups(Q, Mem.at(p, 34L * run + 2));
    a.vpxor(Q, Q, bytes(a, i -> 0x80));
  }

  @Override
  void scale(Assembler a, Gpr p, int run, Ymm out) {
    half(a, Mem.at(p, 34L * run), out);
  }
}
