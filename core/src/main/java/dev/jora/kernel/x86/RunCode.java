package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

import dev.jora.tensor.GgmlType;
import java.util.function.IntUnaryOperator;

/**
 * How kernels on AVX2 read one tensor type: a class per type, {@link RunCodes} is the table. It is
 * {@link BlockCode} in steps of 32 values, with the same q, groups and offsets: a weight is scale ·
 * (q − offset) + minimum, with q an unsigned byte.
 *
 * <p>Methods emit code that may use {@link #Q}, {@link #T1}, {@link #T2}, rax, rbp and r15.
 * Constants stay in memory: there are no registers for them, and loads cost little here.
 */
abstract class RunCode {
  /** Where {@link #weights} puts 32 bytes. */
  static final Ymm Q = ymm(4);

  /** For intermediate values. */
  static final Ymm T1 = ymm(5);

  static final Ymm T2 = ymm(6);

  /** Where {@link #begin} puts scales, groups 0 to 7 and 8 to 15. */
  static final Ymm[] SCALES = {ymm(7), ymm(8)};

  /** Where it puts what times the sums of groups comes off: offset · scale, or a minimum. */
  static final Ymm[] MINS = {ymm(9), ymm(10)};

  final GgmlType type;
  private final BlockCode block;

  RunCode(GgmlType type) {
    this.type = type;
    this.block = BlockCodes.find(type);
  }

  /** Runs in a unit: 8 for blocks of 256 values, 2 for blocks of 32. */
  final int runs() {
    return 2 * block.chunks();
  }

  /** Bytes of a unit. */
  final int unitBytes() {
    return block.unitBytes();
  }

  /** Values that share a scale: 32, or 16. */
  final int group() {
    return block.group();
  }

  /** What is taken off q; 0 for types with minima. */
  final int offset() {
    return block.offset();
  }

  /** No q is larger. */
  abstract int largest();

  /** True for units of 256 values, which have {@link #begin}; others have {@link #scale}. */
  final boolean large() {
    return block.chunks() > 1;
  }

  /** Registers of {@link #SCALES} and {@link #MINS} that a unit of 256 values fills. */
  final int parts() {
    return group() == 16 ? 2 : 1;
  }

  /** Into {@link #SCALES} and {@link #MINS}: those of the unit at p. */
  void begin(Assembler a, Gpr p) {
    throw new UnsupportedOperationException(type + " has a scale per run");
  }

  /** Into {@link #Q}: q of the 32 values of a run. */
  abstract void weights(Assembler a, Gpr p, int run);

  /** Into all lanes of {@code out}: the scale of a run. */
  void scale(Assembler a, Gpr p, int run, Ymm out) {
    throw new UnsupportedOperationException(type + " has scales per unit");
  }

  /** Into all lanes of {@code out}: the minimum of a run, as it is added. */
  void min(Assembler a, Gpr p, int run, Ymm out) {
    throw new UnsupportedOperationException(type + " has no minima");
  }

  /**
   * For blocks of 32 values: what {@link #begin} does for larger ones, of the eight at p, if a row
   * is whole units of 256 values.
   */
  final void begin8(Assembler a, Gpr p) {
    scales8(a, p);
    if (offset() != 0) {
      offsets(a);
    } else {
      halves8(a, p, 2, MINS[0]);
      a.vpxor(MINS[0], MINS[0], lanes(a, i -> 0x80000000));
    }
  }

  /** Into {@link #SCALES}: those of eight blocks. */
  void scales8(Assembler a, Gpr p) {
    halves8(a, p, 0, SCALES[0]);
  }

  private void halves8(Assembler a, Gpr p, int at, Ymm out) {
    BlockCode.halves4(a, Mem.at(p, at), type.blockBytes());
    a.vmovq(out, Gpr.RAX);
    BlockCode.halves4(a, Mem.at(p, 4L * type.blockBytes() + at), type.blockBytes());
    a.vpinsrqHigh(out, out, Gpr.RAX);
    a.vcvtph2ps(out, out);
  }

  // ---- for the types ------------------------------------------------------------------------

  /** 32 bytes f(0) … f(31). */
  static Mem bytes(Assembler a, IntUnaryOperator f) {
    byte[] b = new byte[32];
    for (int i = 0; i < 32; i++) {
      b[i] = (byte) f.applyAsInt(i);
    }
    return a.constant(b);
  }

  /** 32-bit lanes f(0) … f(7). */
  static Mem lanes(Assembler a, IntUnaryOperator f) {
    return bytes(a, i -> f.applyAsInt(i / 4) >> 8 * (i % 4));
  }

  /** A half as float in all lanes. */
  static void half(Assembler a, Mem at, Ymm out) {
    a.vpbroadcastwX(out, at);
    a.vcvtph2ps(out, out);
  }

  /** v = bits of its bytes, moved to the right (to the left if negative), that are in a mask. */
  static void bits(Assembler a, Ymm v, int right, int mask) {
    if (right > 0) {
      a.vpsrlw(v, v, right);
    } else if (right < 0) {
      a.vpsllw(v, v, -right);
    }
    a.vpand(v, v, bytes(a, i -> mask));
  }

  /**
   * Bytes of v become all ones where the bits of the byte that is picked for them are set, else 0.
   *
   * @param byteOf of the 16 in each half
   */
  static void flags(Assembler a, Ymm v, IntUnaryOperator byteOf, IntUnaryOperator bits) {
    Mem mask = bytes(a, bits);
    a.vpshufb(v, v, bytes(a, byteOf));
    a.vpand(v, v, mask);
    a.vpcmpeqb(v, v, mask);
  }

  /** {@link #MINS} = offset · scales. */
  final void offsets(Assembler a) {
    for (int i = 0; i < parts(); i++) {
      a.vmulps(MINS[i], SCALES[i], lanes(a, lane -> Float.floatToRawIntBits(offset())));
    }
  }
}
