package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeMXFP4}. */
final class RunMXFP4 extends RunNibbles {
  RunMXFP4() {
    super(GgmlType.MXFP4, 1);
  }

  @Override
  int largest() {
    return 24;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    super.weights(a, p, run);
    a.vmovups(T1, CodeMXFP4.table(a));
    a.vpshufb(Q, T1, Q);
  }

  @Override
  void scale(Assembler a, Gpr p, int run, Ymm out) {
    a.lea(Gpr.RBP, CodeMXFP4.powers(a));
    a.movzx8(Gpr.RAX, block(p, run));
    a.vbroadcastss(out, Mem.at(Gpr.RBP, Gpr.RAX, 4, 0));
  }

  @Override
  void scales8(Assembler a, Gpr p) {
    CodeMXFP4.powers8(a, p, SCALES[0], T2);
  }
}
