package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ3_K}. */
final class RunQ3_K extends RunPairs {
  RunQ3_K() {
    super(GgmlType.Q3_K, 32);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    half(a, Mem.at(p, 108), Q);
    a.vpmovzxbd(T1, Mem.at(p, 96));
    for (int i = 0; i < 2; i++) {
      int part = i;
      a.vpsrld(SCALES[i], T1, 4 * i);
      a.vpand(SCALES[i], SCALES[i], lanes(a, lane -> 15));
      a.vpbroadcastd(T2, Mem.at(p, 104));
      a.vpsrlvd(T2, T2, lanes(a, lane -> 8 * (lane % 4) + 2 * (lane / 4) + 4 * part));
      a.vpand(T2, T2, lanes(a, lane -> 3));
      a.vpslld(T2, T2, 4);
      a.vpor(SCALES[i], SCALES[i], T2);
      a.vpsubd(SCALES[i], SCALES[i], lanes(a, lane -> 32));
      a.vcvtdq2ps(SCALES[i], SCALES[i]);
      a.vmulps(SCALES[i], SCALES[i], Q);
    }
    offsets(a);
  }

  @Override
  int largest() {
    return 7;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    super.weights(a, p, run);
    a.vmovups(T1, Mem.at(p, 0));
    bits(a, T1, run - 2, 0x04);
    a.vpor(Q, Q, T1);
  }
}
