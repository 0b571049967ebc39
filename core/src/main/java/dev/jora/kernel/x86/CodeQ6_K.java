package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 210 bytes: 128 of nibbles, 64 of upper pairs of bits, 16 signed scales, half d; d · scale · (q −
 * 32). Chunks 0 and 1 are the lower and upper nibbles of bytes 0 to 63, chunks 2 and 3 those of the
 * rest; the pairs of bits of four groups of 32 lie in one byte.
 */
final class CodeQ6_K extends BlockCode {
  CodeQ6_K() {
    super(GgmlType.Q6_K);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  int offset() {
    return 32;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 0x0F);
    load(a, 1, 0x30);
    load(a, 2, lanes(a, i -> i < 8 ? 4 : 2));
    load(a, 3, lanes(a, i -> i < 8 ? 0 : 30));
    load(a, 4, lanes(a, i -> scaleOf(16, i)));
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vpmovsxbd(T1, Mem.at(p, 192));
    a.vpermps(T1, constant(4), T1);
    a.vcvtdq2ps(T1, T1);
    half(a, Mem.at(p, 208), T2);
    a.vmulps(scales, T1, T2);
    offsets(a, scales);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vmovups(W, Mem.at(p, c / 2 * 64));
    if (c % 2 == 1) {
      a.vpsrlw(W, W, 4);
    }
    a.vpandd(W, W, constant(0));
    a.vbroadcasti64x4(T1, Mem.at(p, 128 + c / 2 * 32));
    a.vprolvd(T1, T1, constant(2 + c % 2));
    a.vpternlogd(W, T1, constant(1), OR_AND);
  }
}
