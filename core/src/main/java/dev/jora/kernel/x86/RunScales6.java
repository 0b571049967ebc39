package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link Scales6}: Q4_K and Q5_K. */
abstract class RunScales6 extends RunCode {
  private final int nibblesAt;

  RunScales6(GgmlType type, int nibblesAt) {
    super(type);
    this.nibblesAt = nibblesAt;
  }

  @Override
  void begin(Assembler a, Gpr p) {
    Scales6.sort(a, p);
    a.vmovq(T1, Gpr.RAX);
    a.vpinsrqHigh(T1, T1, Gpr.RBP);
    a.vpermilps(T1, T1, 0xD8); // eight scales, then eight minima
    a.vpmovzxbd(SCALES[0], T1);
    a.vcvtdq2ps(SCALES[0], SCALES[0]);
    a.vpermilps(T1, T1, 0x0E);
    a.vpmovzxbd(MINS[0], T1);
    a.vcvtdq2ps(MINS[0], MINS[0]);
    half(a, Mem.at(p, 0), T1);
    half(a, Mem.at(p, 2), T2);
    a.vmulps(SCALES[0], SCALES[0], T1);
    a.vmulps(MINS[0], MINS[0], T2);
  }

  @Override
  int largest() {
    return 15;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    a.vmovups(Q, Mem.at(p, nibblesAt + run / 2 * 32));
    bits(a, Q, 4 * (run % 2), 0x0F);
  }
}
