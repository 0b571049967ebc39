package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ6_K}. */
final class RunQ6_K extends RunCode {
  RunQ6_K() {
    super(GgmlType.Q6_K);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    half(a, Mem.at(p, 208), T1);
    for (int i = 0; i < 2; i++) {
      a.vpmovsxbd(SCALES[i], Mem.at(p, 192 + 8 * i));
      a.vcvtdq2ps(SCALES[i], SCALES[i]);
      a.vmulps(SCALES[i], SCALES[i], T1);
    }
    offsets(a);
  }

  @Override
  int largest() {
    return 63;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    int half = run / 4; // of the block: 64 bytes of nibbles, 32 of pairs of bits
    int part = run % 4;
    a.vmovups(Q, Mem.at(p, 64 * half + 32 * (part % 2)));
    bits(a, Q, part / 2 * 4, 0x0F);
    a.vmovups(T1, Mem.at(p, 128 + 32 * half));
    bits(a, T1, 2 * part - 4, 0x30);
    a.vpor(Q, Q, T1);
  }
}
