package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

import dev.jora.tensor.GgmlType;
import java.util.function.IntUnaryOperator;

/**
 * How assembled kernels read one tensor type: a class per type, {@link BlockCodes} is the table.
 * Rows are read in chunks of 64 values, in their natural order. A unit is one chunk of two blocks
 * of 32 values; of larger blocks, 256 values in one, two or four blocks are a unit of four chunks.
 *
 * <p>A weight is scale · (q − offset) + minimum, with q a byte. Methods emit code that may use
 * {@link #W}, {@link #T1}, {@link #T2}, rax, rbp, r15 and the masks 6 and 7, and that finds what
 * {@link #constants} loaded.
 */
abstract class BlockCode {
  /** Where {@link #weights} puts 64 bytes. */
  static final Zmm W = zmm(4);

  /** For intermediate values. */
  static final Zmm T1 = zmm(5);

  static final Zmm T2 = zmm(6);

  /** Where {@link #begin} puts what a unit takes off, if scales are of 16 values. */
  static final Zmm MINS = zmm(18);

  /** The first of the registers that hold constants; the last is 30. */
  static final int CONSTANTS = 19;

  /** The mask register that has the upper half of 16 lanes. */
  static final int UPPER = 1;

  final GgmlType type;

  BlockCode(GgmlType type) {
    this.type = type;
  }

  /** Chunks in a unit: 4 for blocks of 256 values, 1 for blocks of 32. */
  final int chunks() {
    return type.blockSize() == 32 ? 1 : 4;
  }

  /** True if a row of k values is made of units. */
  final boolean divides(int k) {
    return k % (64 * chunks()) == 0;
  }

  /** Bytes of a unit. */
  final int unitBytes() {
    return type.blockBytes() * chunks() * 64 / type.blockSize();
  }

  /** Values that share a scale: 32, or 16. */
  int group() {
    return 32;
  }

  /** What is taken off q; 0 for types with {@link #mins}. */
  abstract int offset();

  /** The order in which units of 256 values are read for a few tokens. */
  UnitOrder order() {
    return UnitOrder.QUARTERS;
  }

  /** Loads constants, once per call. */
  abstract void constants(Assembler a);

  /**
   * For units of four chunks: the scales of the unit at p in the order of {@link #scaleOf}, and in
   * {@link #MINS} what times the sum of their values comes off: offset · scale, or a minimum. That
   * is in the same order for scales of 16 values, and the groups from 0 to 7 for scales of 32.
   */
  void begin(Assembler a, Gpr p, Zmm scales) {}

  /** Into {@link #W}: q of the 64 values of chunk c. */
  abstract void weights(Assembler a, Gpr p, int c);

  /** Into {@code out}: the scales of chunk c, each lane that of its four values. */
  void scales(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    a.vpermilps(out, unitScales, 0x55 * c);
  }

  /**
   * The group whose scale stands in a lane: lane c of each quarter has the scales of chunk c, so
   * that no value has to leave its quarter to be spread.
   */
  static int scaleOf(int group, int lane) {
    int quarter = lane / 4;
    int chunk = lane % 4;
    return group == 16 ? 4 * chunk + quarter : 2 * chunk + quarter / 2;
  }

  /** Into {@code out}: the minima of chunk c, likewise, as they are added; after begin. */
  void mins(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    throw new UnsupportedOperationException(type + " has no minima");
  }

  /** Sets {@link #UPPER}, once per call. */
  static void masks(Assembler a) {
    a.mov(Gpr.RAX, 0xFF00);
    a.kmovd(UPPER, Gpr.RAX);
  }

  /** For larger blocks in the order of {@link UnitOrder#BLOCKS}: the values of the unit at p. */
  void blocks(Assembler a, Gpr p, Zmm[] out) {
    throw new UnsupportedOperationException(type + " is read in the order of " + order());
  }

  /**
   * In the order of {@link UnitOrder#QUARTERS}: the values of the unit at p, if that takes less
   * than its chunks and their arrangement.
   *
   * @return false if it does not
   */
  boolean quarters(Assembler a, Gpr p, Zmm[] out) {
    return false;
  }

  /** For blocks of 32 values: the scales of the eight at p, in lanes 0 to 7. */
  void scales8(Assembler a, Gpr p, Zmm out) {
    halves8(a, p, 0, out);
  }

  /** Likewise the halves that stand {@code at} bytes into each block, as floats. */
  final void halves8(Assembler a, Gpr p, int at, Zmm out) {
    halves4(a, Mem.at(p, at), type.blockBytes());
    a.vmovq(out, Gpr.RAX);
    halves4(a, Mem.at(p, 4L * type.blockBytes() + at), type.blockBytes());
    a.vpinsrqHigh(out, out, Gpr.RAX);
    a.vcvtph2ps(out, out);
  }

  /** Into rax: four halves, through rbp: general registers have nothing else to do. */
  static void halves4(Assembler a, Mem first, int apart) {
    for (int i = 0; i < 4; i++) {
      a.movzx16(i == 0 ? Gpr.RAX : Gpr.RBP, first.plus((long) apart * i));
      if (i > 0) {
        a.shl(Gpr.RBP, 16 * i);
        a.or(Gpr.RAX, Gpr.RBP);
      }
    }
  }

  /**
   * For blocks of 32 values: what {@link #begin} does for larger ones, of the eight at p. The
   * scales stand in the lanes of {@link #order}.
   */
  final void begin8(Assembler a, Gpr p, Zmm scales) {
    scales8(a, p, T1);
    if (offset() != 0) {
      a.vmulps(MINS, T1, Lanes.all(a, offset()));
    } else {
      halves8(a, p, 2, MINS);
      a.vpxord(MINS, MINS, a.constant(0x80000000).all());
    }
    a.vmovups(scales, lanes(a, order()::block));
    a.vpermps(scales, scales, T1);
  }

  // ---- for the types ------------------------------------------------------------------------

  static Zmm constant(int i) {
    if (CONSTANTS + i > 30) {
      throw new IllegalArgumentException("too many constants");
    }
    return zmm(CONSTANTS + i);
  }

  /** A register of one byte value. */
  static void load(Assembler a, int i, int value) {
    a.vpbroadcastd(constant(i), a.constant((value & 255) * 0x01010101));
  }

  static void load(Assembler a, int i, Mem data) {
    a.vmovups(constant(i), data);
  }

  /** 64 bytes f(0) … f(63). */
  static Mem bytes(Assembler a, IntUnaryOperator f) {
    byte[] b = new byte[64];
    for (int i = 0; i < 64; i++) {
      b[i] = (byte) f.applyAsInt(i);
    }
    return a.constant(b);
  }

  /** 16-bit lanes f(0) … f(31). */
  static Mem words(Assembler a, IntUnaryOperator f) {
    return bytes(a, i -> f.applyAsInt(i / 2) >> 8 * (i % 2));
  }

  /** 32-bit lanes f(0) … f(15). */
  static Mem lanes(Assembler a, IntUnaryOperator f) {
    return bytes(a, i -> f.applyAsInt(i / 4) >> 8 * (i % 4));
  }

  /** Halves at two addresses as floats: the first in the lower half of the lanes. */
  static void halves(Assembler a, Mem first, Mem second, Zmm out) {
    a.vpbroadcastwY(out, first);
    a.vpbroadcastwY(out.merge(UPPER), second);
    a.vcvtph2ps(out, out);
  }

  /** A half as float in all lanes. */
  static void half(Assembler a, Mem at, Zmm out) {
    a.vpbroadcastwY(out, at);
    a.vcvtph2ps(out, out);
  }

  /** {@link #MINS} = offset · scales, in the order of either group. */
  final void offsets(Assembler a, Zmm scales) {
    if (group() == 16) {
      a.vmulps(MINS, scales, Lanes.all(a, offset()));
    } else {
      a.vmovups(MINS, lanes(a, i -> i < 8 ? i / 2 + i % 2 * 8 : 0)); // lanes of the groups in order
      a.vpermps(MINS, MINS, scales);
      a.vmulps(MINS, MINS, Lanes.all(a, offset()));
    }
  }

  /** to |= b &amp; c, bit by bit: the table of vpternlogd. */
  static final int OR_AND = 0xF8;
}
