package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ2_K}. */
final class RunQ2_K extends RunPairs {
  RunQ2_K() {
    super(GgmlType.Q2_K, 16);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    half(a, Mem.at(p, 80), T1);
    half(a, Mem.at(p, 82), T2);
    for (int i = 0; i < 2; i++) {
      a.vpmovzxbd(SCALES[i], Mem.at(p, 8 * i));
      a.vpsrld(MINS[i], SCALES[i], 4);
      a.vpand(SCALES[i], SCALES[i], lanes(a, lane -> 15));
      a.vcvtdq2ps(SCALES[i], SCALES[i]);
      a.vcvtdq2ps(MINS[i], MINS[i]);
      a.vmulps(SCALES[i], SCALES[i], T1);
      a.vmulps(MINS[i], MINS[i], T2);
    }
  }
}
