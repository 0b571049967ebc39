package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ4_NL}. */
final class RunIQ4_NL extends RunNibbles {
  RunIQ4_NL() {
    super(GgmlType.IQ4_NL, 2);
  }

  @Override
  int largest() {
    return 255;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    super.weights(a, p, run);
    a.vmovups(T1, CodeIQ4_NL.table(a));
    a.vpshufb(Q, T1, Q);
  }
}
