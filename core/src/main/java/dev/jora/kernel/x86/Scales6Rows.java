package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

import java.util.function.IntFunction;

/**
 * Emits the reading of scales and minima of Q4_K and Q5_K ({@link Scales6}) for four rows at once,
 * one in each quarter of a register: their bits are sorted by a third of the operations that rows
 * by themselves take, which is a quarter of a product's time. One row fills all quarters.
 */
final class Scales6Rows {
  private static final Zmm V = BlockCode.W;
  private static final Zmm T1 = BlockCode.T1;
  private static final Zmm T2 = BlockCode.T2;
  private static final Zmm D = zmm(8);
  private static final Zmm LESS = zmm(9);
  private static final Zmm FIRST = zmm(12);
  private static final Zmm SECOND = zmm(13);
  private static final Zmm SUMS = BlockCode.MINS;

  /** The first of three mask registers, of quarters 1 to 3. */
  private static final int QUARTER = 3;

  /** The lanes of {@link #FIRST} and {@link #SECOND}. */
  private static final Zmm LANES = zmm(31);

  private final Assembler a;
  private final int rows;
  private final int tokens;
  private final Totals totals;

  /** Sets what has to be set once per call. */
  Scales6Rows(Assembler a, int rows, int tokens, Totals totals) {
    this.a = a;
    this.rows = rows;
    this.tokens = tokens;
    this.totals = totals;
    a.vmovups(LANES, BlockCode.lanes(a, i -> i / 8 * 8 + UnitOrder.BLOCKS.block(i) % 4));
    for (int r = 1; r < rows; r++) {
      a.mov(Gpr.RAX, 0xF << 4 * r);
      a.kmovd(QUARTER + r - 1, Gpr.RAX);
    }
  }

  /** Begins rows. */
  void clear() {
    if (totals.inRegisters()) {
      a.vpxord(LESS, LESS, LESS);
    }
  }

  /**
   * Scales in the order of {@link UnitOrder#BLOCKS}; minima times sums of activations are gathered,
   * for {@link #takeOff}.
   *
   * @param p the rows' blocks
   * @param x the unit of activations
   */
  void begin(Gpr[] p, Gpr x, IntFunction<Zmm> scales) {
    // d, dmin; scales 0 to 3; minima 0 to 3; the lower four bits of both 4 to 7.
    a.vbroadcasti32x4(V, Mem.at(p[0], 0));
    for (int r = 1; r < rows; r++) {
      a.vbroadcasti32x4(V.merge(QUARTER + r - 1), Mem.at(p[r], 0));
    }
    // A byte each: scales 0 to 3; minima 0 to 3; scales 4 to 7; minima 4 to 7.
    a.vpermilps(T1, V, 0b11_11_10_01);
    a.vpsrlvd(T1, T1, quarters(0, 0, 0, 4));
    a.vpandd(T1, T1, quarters(0x3F3F3F3F, 0x3F3F3F3F, 0x0F0F0F0F, 0x0F0F0F0F));
    a.vpermilps(T2, V, 0b10_01_00_00);
    a.vpsrld(T2, T2, 2);
    a.vpternlogd(T1, T2, quarters(0, 0, 0x30303030, 0x30303030), BlockCode.OR_AND);
    half(D, 0);
    spread(FIRST, 0, 1, 2, 3);
    a.vmulps(FIRST, FIRST, D);
    spread(SECOND, 8, 9, 10, 11);
    a.vmulps(SECOND, SECOND, D);
    for (int r = 0; r < rows; r++) {
      a.vshufi32x4(scales.apply(r), FIRST, SECOND, 0x55 * r);
      a.vpermps(scales.apply(r), LANES, scales.apply(r));
    }
    half(D, 1);
    spread(T2, 4, 5, 6, 7);
    spread(T1, 12, 13, 14, 15);
    for (int t = 0; t < tokens; t++) {
      Mem sums = Mem.at(x, (long) UnitForm.BYTES * t + UnitForm.SUMS32);
      a.vbroadcasti32x4(V, sums);
      a.vmulps(V, T2, V);
      a.vbroadcasti32x4(SUMS, sums.plus(16));
      a.vfmadd231ps(V, T1, SUMS);
      less(t);
      a.vfmadd231ps(LESS, V, D);
      if (!totals.inRegisters()) {
        a.vmovups(totals.more(t), LESS);
      }
    }
  }

  private void less(int t) {
    if (!totals.inRegisters()) {
      a.vmovups(LESS, totals.more(t));
    }
  }

  /** Takes the minima of row r off its total for token t. */
  void takeOff(int r, int t) {
    less(t);
    Zmm total = totals.begin(r, t);
    a.vextracti32x4(D, LESS, r);
    a.vsubps(total, total, D);
    totals.end(r, t);
  }

  /** Half i of each row's block, as float. */
  private void half(Zmm out, int i) {
    a.vmovups(out, BlockCode.words(a, lane -> lane < 16 ? lane / 4 * 8 + i : 0));
    a.vpermw(out, out, V);
    a.vcvtph2ps(out, out);
  }

  /** Four bytes of each quarter of T1, as floats. */
  private void spread(Zmm out, int... bytes) {
    a.vpshufb(out, T1, BlockCode.lanes(a, lane -> bytes[lane % 4] | 0x80808000));
    a.vcvtdq2ps(out, out);
  }

  private Mem quarters(int... values) {
    return BlockCode.lanes(a, lane -> values[lane % 4]);
  }
}
