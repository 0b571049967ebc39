package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 17 bytes: an exponent e, 16 bytes of nibbles; 2^(e − 128) · table[nibble]. */
final class CodeMXFP4 extends Nibbles32 {
  private static final int[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  CodeMXFP4() {
    super(GgmlType.MXFP4, 1);
  }

  /** The 16 values, raised by 12, in every quarter of a register. */
  static Mem table(Assembler a) {
    return bytes(a, i -> VALUES[i % 16] + 12);
  }

  /** The scale of each exponent, floats. */
  static Mem powers(Assembler a) {
    int[] powers = new int[256];
    for (int e = 0; e < 256; e++) {
      powers[e] = Float.floatToRawIntBits((float) Math.scalb(1.0, e - 128));
    }
    return a.constant(powers);
  }

  @Override
  int offset() {
    return 12;
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 2, table(a));
  }

  @Override
  boolean isPlain() {
    return true;
  }

  @Override
  void values(Assembler a, Zmm nibbles) {
    a.vpshufb(nibbles, constant(2), nibbles);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    super.weights(a, p, c);
    values(a, W);
  }

  @Override
  void scales8(Assembler a, Gpr p, Zmm out) {
    powers8(a, p, Ymm.ymm(out.number()), Ymm.ymm(T2.number()));
  }

  /** The scales of eight blocks; uses rax and rbp. */
  static void powers8(Assembler a, Gpr p, Ymm out, Ymm t) {
    a.lea(Gpr.RBP, powers(a));
    for (int i = 0; i < 8; i++) {
      Ymm to = i < 4 ? out : t;
      a.movzx8(Gpr.RAX, Mem.at(p, 17L * i));
      Mem power = Mem.at(Gpr.RBP, Gpr.RAX, 4, 0);
      if (i % 4 == 0) {
        a.vmovd(to, power);
      } else {
        a.vpinsrd(to, to, power, i % 4);
      }
    }
    a.vinserti128(out, out, t, 1);
  }

  @Override
  void scales(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    a.lea(Gpr.RBP, powers(a));
    a.movzx8(Gpr.RAX, Mem.at(p, 0));
    a.vbroadcastss(out, Mem.at(Gpr.RBP, Gpr.RAX, 4, 0));
    a.movzx8(Gpr.RAX, Mem.at(p, 17));
    a.vbroadcastss(out.merge(UPPER), Mem.at(Gpr.RBP, Gpr.RAX, 4, 0));
  }
}
