package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ4_XS}. */
final class RunIQ4_XS extends RunCode {
  RunIQ4_XS() {
    super(GgmlType.IQ4_XS);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    a.vpbroadcastd(T1, Mem.at(p, 4));
    a.vpsrlvd(T1, T1, lanes(a, i -> 4 * i));
    a.vpand(T1, T1, lanes(a, i -> 15));
    a.vpbroadcastd(T2, Mem.at(p, 0)); // bytes 2 and 3 are the upper half
    a.vpsrlvd(T2, T2, lanes(a, i -> 16 + 2 * i));
    a.vpand(T2, T2, lanes(a, i -> 3));
    a.vpslld(T2, T2, 4);
    a.vpor(T1, T1, T2);
    a.vpsubd(T1, T1, lanes(a, i -> 32));
    a.vcvtdq2ps(T1, T1);
    half(a, Mem.at(p, 0), T2);
    a.vmulps(SCALES[0], T1, T2);
    offsets(a);
  }

  @Override
  int largest() {
    return 255;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    RunNibbles.nibbles(a, Mem.at(p, 8 + 16 * run));
    a.vmovups(T1, CodeIQ4_NL.table(a));
    a.vpshufb(Q, T1, Q);
  }
}
