package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * Q4_K and Q5_K: halves d and dmin, then 12 bytes with eight scales and eight minima of 6 bits,
 * which become d · scale and dmin · minimum.
 */
abstract class Scales6 extends BlockCode {
  Scales6(GgmlType type) {
    super(type);
  }

  @Override
  int offset() {
    return 0;
  }

  /** Constants 0 to 3: nibbles, their shifts, and the orders of scales and minima. */
  @Override
  void constants(Assembler a) {
    load(a, 0, 0x0F);
    load(a, 1, words(a, i -> i < 16 ? 0 : 4));
    load(a, 2, bytes(a, i -> i < 16 ? scaleByte(scaleOf(32, i)) : 0x80));
    load(a, 3, bytes(a, i -> i < 8 ? scaleByte(i) + 4 : 0x80));
  }

  @Override
  final UnitOrder order() {
    return UnitOrder.BLOCKS;
  }

  @Override
  final void blocks(Assembler a, Gpr p, Zmm[] out) {
    int nibbles = type.blockBytes() - 128;
    a.vmovups(out[0], Mem.at(p, nibbles));
    a.vmovups(out[1], Mem.at(p, nibbles + 64));
    a.vshufi32x4(T1, out[0], out[1], 0x88); // bytes 0 to 15 of each chunk, in its quarter
    a.vshufi32x4(T2, out[0], out[1], 0xDD);
    for (int half = 0; half < 2; half++) {
      Zmm upper = half == 0 ? T1 : T2;
      a.vpandd(W, upper, constant(0));
      a.vpsrlw(upper, upper, 4);
      a.vpandd(upper, upper, constant(0));
      rest(a, p, half, W, upper);
      a.vpunpcklqdq(out[2 * half], W, upper);
      a.vpunpckhqdq(out[2 * half + 1], W, upper);
    }
  }

  /**
   * Adds what nibbles lack to half of the values of even blocks and of odd ones; it may use {@link
   * #MINS}.
   */
  void rest(Assembler a, Gpr p, int half, Zmm even, Zmm odd) {}

  /** Where scale i stands among the bytes that {@link #begin} makes; its minimum is 4 further. */
  private static int scaleByte(int i) {
    return i < 4 ? i : 4 + i;
  }

  /**
   * Into the bytes of rax: scales 0 to 3, then their minima; into those of rbp: 4 to 7 likewise. It
   * uses r15 too: general registers have nothing else to do. Six bits of the first four stand
   * together, of the others four bits in one place and two in another.
   */
  static void sort(Assembler a, Gpr p) {
    a.mov(Gpr.RAX, Mem.at(p, 4));
    a.mov32(Gpr.RBP, Mem.at(p, 12));
    a.mov(Gpr.R15, Gpr.RBP);
    a.shr(Gpr.R15, 4);
    a.shl(Gpr.R15, 32);
    a.or(Gpr.RBP, Gpr.R15);
    a.and(Gpr.RBP, a.constant64(0x0F0F0F0F0F0F0F0FL));
    a.mov(Gpr.R15, Gpr.RAX);
    a.shr(Gpr.R15, 2);
    a.and(Gpr.R15, a.constant64(0x3030303030303030L));
    a.or(Gpr.RBP, Gpr.R15);
    a.and(Gpr.RAX, a.constant64(0x3F3F3F3F3F3F3F3FL));
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    sort(a, p);
    a.vmovq(T1, Gpr.RAX);
    a.vpinsrqHigh(T1, T1, Gpr.RBP);
    a.vpshufbX(T2, T1, constant(2));
    a.vpmovzxbd(scales, T2);
    a.vcvtdq2ps(scales, scales);
    a.vpshufbX(T1, T1, constant(3));
    a.vpmovzxbdY(MINS, T1);
    a.vcvtdq2ps(MINS, MINS);
    a.vcvtph2psX(T1, Mem.at(p, 0)); // d and dmin, and two that mean nothing
    a.vbroadcastss(T2, T1);
    a.vmulps(scales, scales, T2);
    a.vpermilps(T1, T1, 0x55);
    a.vbroadcastssY(T1, T1);
    a.vmulps(MINS, MINS, T1);
  }

  @Override
  void mins(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    a.vmovups(out, lanes(a, i -> 2 * c + i / 8));
    a.vpermps(out, out, MINS);
    a.vpxord(out, out, lanes(a, i -> 0x80000000));
  }
}
