package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 84 bytes: 16 bytes of scales and minima (nibbles), pairs, halves d and dmin; d s q − dmin m. */
final class CodeQ2_K extends Pairs {
  CodeQ2_K() {
    super(GgmlType.Q2_K, 16);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  int offset() {
    return 0;
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 3, lanes(a, i -> scaleOf(16, i)));
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vpmovzxbd(T1, Mem.at(p, 0));
    a.vpermps(T1, constant(3), T1);
    a.vpsrld(T2, T1, 4);
    a.vcvtdq2ps(T2, T2);
    half(a, Mem.at(p, 82), W);
    a.vmulps(MINS, T2, W);
    a.vpandd(T1, T1, lanes(a, i -> 15));
    a.vcvtdq2ps(T1, T1);
    half(a, Mem.at(p, 80), W);
    a.vmulps(scales, T1, W);
  }

  @Override
  void mins(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    a.vpermilps(out, MINS, 0x55 * c);
    a.vpxord(out, out, lanes(a, i -> 0x80000000));
  }
}
