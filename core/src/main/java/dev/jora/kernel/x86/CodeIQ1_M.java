package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 56 bytes: 32 lower bytes of indices, 32 nibbles of upper bits and shifts, 4 words of four scales
 * and a quarter of a half d.
 */
final class CodeIQ1_M extends CodeIQ1 {
  CodeIQ1_M() {
    super(GgmlType.IQ1_M);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  void constants(Assembler a) {
    downBits(a, group -> 4 * group + 3);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vbroadcasti32x4(T1, Mem.at(p, 40));
    a.vpshufb(T1, T1, lanes(a, i -> 0x0908 + 0x0202 * (scaleOf(16, i) / 4) | 0x80800000));
    a.vpsrlvd(T1, T1, lanes(a, i -> scaleOf(16, i) % 4 * 3));
    a.vpandd(T1, T1, a.constant(7).all());
    collect(a, Mem.at(p, 48));
    a.vmovq(T2, Gpr.RAX);
    a.vcvtph2psX(T2, T2);
    a.vbroadcastss(T2, T2);
    oddScales(a, 0.125, scales);
  }

  /** Into the lower 16 bits of rax: the upper nibbles of four words. */
  static void collect(Assembler a, Mem words) {
    a.mov(Gpr.RAX, words);
    a.shr(Gpr.RAX, 12);
    a.and(Gpr.RAX, a.constant64(0x000F_000F_000F_000FL));
    a.mov(Gpr.R15, Gpr.RAX);
    a.shr(Gpr.R15, 12);
    a.or(Gpr.RAX, Gpr.R15); // two in byte 0, two in byte 4
    a.mov(Gpr.R15, Gpr.RAX);
    a.shr(Gpr.R15, 24);
    a.and(Gpr.RAX, 0xFF);
    a.and(Gpr.R15, 0xFF00);
    a.or(Gpr.RAX, Gpr.R15);
  }

  @Override
  void upper(Assembler a, Gpr p, int c) {
    GridTables.upper(a, Mem.at(p, 32 + 4 * c));
  }

  @Override
  void index(Assembler a, Gpr p, int c, int i) {
    GridTables.index(a, Mem.at(p, 8 * c + i), 4 * i, 7);
  }

  @Override
  void finish(Assembler a, Gpr p, int c) {
    shift(a, Mem.at(p, 32 + 4 * c));
  }
}
