package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 110 bytes: 32 of third bits, pairs, 12 with 16 scales of 6 bits, half d; d (scale − 32) (q − 4).
 */
final class CodeQ3_K extends Pairs {
  CodeQ3_K() {
    super(GgmlType.Q3_K, 32);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  int offset() {
    return 4;
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 3, 0x04);
    for (int c = 0; c < 4; c++) {
      int chunk = c;
      load(a, 4 + c, lanes(a, i -> 2 - (2 * chunk + i / 8) & 31));
    }
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    // 16 bytes that end with the block: the scales are bytes 2 to 13 of them.
    a.vbroadcasti32x4(T1, Mem.at(p, 94));
    a.vpshufb(T2, T1, lanes(a, i -> 2 + scaleOf(16, i) % 8 | 0x80808000));
    a.vpsrlvd(T2, T2, lanes(a, i -> scaleOf(16, i) < 8 ? 0 : 4));
    a.vpandd(T2, T2, lanes(a, i -> 15));
    a.vpshufb(W, T1, lanes(a, i -> 10 + scaleOf(16, i) % 4 | 0x80808000));
    a.vprolvd(W, W, lanes(a, i -> 4 - 2 * (scaleOf(16, i) / 4) & 31));
    a.vpternlogd(T2, W, lanes(a, i -> 0x30), OR_AND);
    a.vpsubd(T2, T2, lanes(a, i -> 32));
    a.vcvtdq2ps(T2, T2);
    half(a, Mem.at(p, 108), T1);
    a.vmulps(scales, T2, T1);
    offsets(a, scales);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    super.weights(a, p, c);
    a.vbroadcasti64x4(T1, Mem.at(p, 0));
    a.vprolvd(T1, T1, constant(4 + c));
    a.vpternlogd(W, T1, constant(3), OR_AND);
  }

  @Override
  boolean quarters(Assembler a, Gpr p, Zmm[] out) {
    super.quarters(a, p, out);
    for (int i = 0; i < out.length; i++) {
      int register = i;
      a.vmovups(T1, lanes(a, lane -> piece(lane) + register));
      a.vpermps(T1, T1, Mem.at(p, 0));
      a.vprolvd(T1, T1, lanes(a, lane -> 2 - pair(lane) & 31));
      a.vpternlogd(out[i], T1, constant(3), OR_AND);
    }
    return true;
  }
}
