package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 136 bytes: half d, upper two bits of eight scales (2 bytes), their lower four (4 bytes), nibbles
 * as in IQ4_NL; d (scale − 32) · table[nibble].
 */
final class CodeIQ4_XS extends BlockCode {
  CodeIQ4_XS() {
    super(GgmlType.IQ4_XS);
  }

  @Override
  int offset() {
    return 128;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 0x0F);
    load(a, 1, words(a, i -> i / 8 % 2 == 0 ? 0 : 4));
    load(a, 2, CodeIQ4_NL.table(a));
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vpbroadcastd(T1, Mem.at(p, 4));
    a.vpsrlvd(T1, T1, lanes(a, i -> 4 * scaleOf(32, i)));
    a.vpandd(T1, T1, lanes(a, i -> 15));
    a.vpbroadcastd(T2, Mem.at(p, 0)); // bytes 2 and 3 are the upper half
    a.vprolvd(T2, T2, lanes(a, i -> 4 - (16 + 2 * scaleOf(32, i)) & 31));
    a.vpternlogd(T1, T2, lanes(a, i -> 0x30), OR_AND);
    a.vpsubd(T1, T1, lanes(a, i -> 32));
    a.vcvtdq2ps(T1, T1);
    half(a, Mem.at(p, 0), T2);
    a.vmulps(scales, T1, T2);
    offsets(a, scales);
  }

  @Override
  UnitOrder order() {
    return UnitOrder.BLOCKS;
  }

  @Override
  void blocks(Assembler a, Gpr p, Zmm[] out) {
    a.vmovups(out[0], Mem.at(p, 8)); // a block in each quarter
    a.vmovups(out[1], Mem.at(p, 72));
    a.vshufi32x4(T1, out[0], out[1], 0x88);
    a.vshufi32x4(T2, out[0], out[1], 0xDD);
    a.vpunpcklqdq(W, T1, T2);
    a.vpunpckhqdq(T1, T1, T2);
    for (int i = 0; i < 2; i++) {
      Zmm nibbles = i == 0 ? W : T1;
      a.vpandd(out[i], nibbles, constant(0));
      a.vpsrlw(nibbles, nibbles, 4);
      a.vpandd(out[2 + i], nibbles, constant(0));
    }
    for (Zmm values : out) {
      a.vpshufb(values, constant(2), values);
    }
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vbroadcasti64x4(W, Mem.at(p, 8 + 32 * c));
    a.vshufi32x4(W, W, W, 0x50); // each 16 bytes twice
    a.vpsrlvw(W, W, constant(1));
    a.vpandd(W, W, constant(0));
    a.vpshufb(W, constant(2), W);
  }
}
