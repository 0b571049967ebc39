package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;

/**
 * Q4_K and Q5_K: halves d and dmin, then 12 bytes with eight scales and eight minima of 6 bits,
 * which become 16 lanes: d · scale in the lower half, dmin · minimum in the upper.
 */
abstract class Scales6 extends BlockCode {
  Scales6(GgmlType type) {
    super(type);
  }

  @Override
  int offset() {
    return 0;
  }

  /** Constants 0 to 5: nibbles, their shifts, and where the scales of each chunk are. */
  @Override
  void constants(Assembler a) {
    load(a, 0, 0x0F);
    load(a, 1, words(a, i -> i < 16 ? 0 : 4));
    for (int c = 0; c < 4; c++) {
      int chunk = c;
      load(a, 2 + c, lanes(a, i -> 2 * chunk + i / 8));
    }
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    // Lane i takes its lower bits from one byte and its upper two from another.
    a.vbroadcasti32x4(T1, Mem.at(p, 0));
    a.vpshufb(T2, T1, lanes(a, i -> low(i) | 0x80808000)); // indices above 127 give zeros
    a.vpsrlvd(T2, T2, lanes(a, i -> i >= 12 ? 4 : 0));
    a.vpandd(T2, T2, lanes(a, i -> i % 8 < 4 ? 63 : 15));
    a.vpshufb(W, T1, lanes(a, i -> (i % 8 < 4 ? 0x80 : high(i)) | 0x80808000));
    a.vpsrld(W, W, 2);
    a.vpternlogd(T2, W, lanes(a, i -> 0x30), OR_AND);
    a.vcvtdq2ps(T2, T2);
    a.vpshufbY(T1, T1, bytes(a, i -> i % 2 + (i < 16 ? 0 : 2)));
    a.vcvtph2ps(T1, T1);
    a.vmulps(scales, T2, T1);
  }

  private static int low(int i) {
    return switch (i / 4) {
      case 0 -> 4 + i;
      case 1, 3 -> 12 + i % 4;
      default -> 8 + i % 4;
    };
  }

  private static int high(int i) {
    return i < 8 ? 4 + i % 4 : 8 + i % 4;
  }

  @Override
  void scales(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    a.vpermps(out, constant(2 + c), unitScales);
  }

  @Override
  void mins(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    a.vmovups(out, lanes(a, i -> 8 + 2 * c + i / 8));
    a.vpermps(out, out, unitScales);
    a.vpxord(out, out, lanes(a, i -> 0x80000000));
  }
}
