package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeNVFP4}. */
final class RunNVFP4 extends RunCode {
  RunNVFP4() {
    super(GgmlType.NVFP4);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    for (int part = 0; part < 2; part++) {
      a.mov32(Gpr.RAX, Mem.at(p, 72 * part));
      a.mov32(Gpr.RBP, Mem.at(p, 72 * part + 36));
      a.shl(Gpr.RBP, 32);
      a.or(Gpr.RAX, Gpr.RBP);
      a.vmovq(T1, Gpr.RAX);
      a.vpcmpeqb(T2, T1, bytes(a, i -> 0x7F)); // means 0
      a.vpxor(T2, T2, bytes(a, i -> 0xFF));
      a.vpand(T1, T1, T2);
      a.vpmovzxbd(T1, T1);
      a.vpslld(T1, T1, 25); // without bit 7
      a.vpsrld(T1, T1, 5);
      a.vmulps(SCALES[part], T1, lanes(a, i -> Float.floatToRawIntBits(0x1p119f)));
    }
    offsets(a);
  }

  @Override
  int largest() {
    return 24;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    a.vbroadcasti128(Q, Mem.at(p, run / 2 * 36 + 4 + run % 2 * 16));
    a.vpshufb(Q, Q, bytes(a, i -> i / 16 * 8 + i % 8));
    a.vpsrlvd(Q, Q, lanes(a, i -> i % 4 < 2 ? 0 : 4));
    a.vpand(Q, Q, bytes(a, i -> 0x0F));
    a.vmovups(T1, CodeMXFP4.table(a));
    a.vpshufb(Q, T1, Q);
  }
}
