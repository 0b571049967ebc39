package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ2_0}. */
final class RunQ2_0 extends RunCode {
  RunQ2_0() {
    super(GgmlType.Q2_0);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    CodeQ2_0.halves(a, p);
    a.vmovq(T1, Gpr.RAX);
    a.vcvtph2psX(T1, T1);
    a.vmovups(T2, lanes(a, i -> i / 2));
    a.vpermps(SCALES[0], T2, T1);
    offsets(a);
  }

  @Override
  int largest() {
    return 3;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    a.vpmovzxbd(Q, Mem.at(p, run / 2 * 18 + 2 + run % 2 * 8));
    a.vpslld(T1, Q, 12);
    a.vpor(Q, Q, T1);
    a.vpslld(T1, Q, 6);
    a.vpor(Q, Q, T1);
    a.vpand(Q, Q, bytes(a, i -> 3));
  }
}
