package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Emits the product of a row of 256 values in blocks of 32 nibbles ({@link Nibbles32}) for {@link
 * UnitProducts}: four blocks fill a register, a quarter each. Lower and upper nibbles of a quarter
 * have the same scale, so they are one sum, where chunks of 64 values make two of them.
 */
final class Quads {
  private static final Zmm V = BlockCode.W;
  private static final Zmm T1 = BlockCode.T1;
  private static final Zmm T2 = BlockCode.T2;
  private static final Zmm SCALE = zmm(7);
  private static final Zmm DOT = zmm(8);

  /** Activations of lower and upper nibbles. */
  private static final Zmm[] HI = {zmm(10), zmm(11)};

  private static final Zmm[] LO = {zmm(12), zmm(13)};

  /** The first of three mask registers, of quarters 1 to 3. */
  private static final int QUARTER = 3;

  private final Assembler a;
  private final Nibbles32 block;

  /** Sets what has to be set once per call. */
  Quads(Assembler a, Nibbles32 block) {
    this.a = a;
    this.block = block;
    for (int i = 1; i < 4; i++) {
      a.mov(Gpr.RAX, 0xF << 4 * i);
      a.kmovd(QUARTER + i - 1, Gpr.RAX);
    }
  }

  /** Loads the activations of quad q of the unit at x, for all rows. */
  void activations(Gpr x, int q) {
    for (int part = 0; part < 2; part++) {
      Mem at = Mem.at(x, 2L * UnitForm.CHUNK_BYTES * q + UnitForm.LO * part);
      Zmm[] out = part == 0 ? HI : LO;
      a.vmovups(T1, at);
      a.vmovups(T2, at.plus(UnitForm.CHUNK_BYTES));
      a.vshufi32x4(out[0], T1, T2, 0b10_00_10_00);
      a.vshufi32x4(out[1], T1, T2, 0b11_01_11_01);
    }
  }

  /**
   * The scales of the row's eight blocks, times that of the activations, into {@code scales}; what
   * times sums of activations is added or comes off, in {@code total}.
   *
   * @param lower the mask register of eight lanes
   */
  void begin(Gpr p, Gpr x, Zmm scales, Zmm total, int lower) {
    halves(p, 0, scales);
    Mem sums = Mem.at(x, UnitForm.SUMS32);
    if (block.offset() != 0) {
      a.vmulps(T1, scales, Lanes.all(a, block.offset()));
      a.vfnmadd231ps(total.merge(lower), T1, sums);
    } else {
      halves(p, 2, T1);
      a.vfmadd231ps(total.merge(lower), T1, sums);
    }
    a.vmulps(scales, scales, Mem.at(x, UnitForm.SCALE).all());
  }

  /** total += the products of quad q. */
  void products(Gpr p, int q, Zmm scales, Zmm total) {
    long at = 4L * block.type.blockBytes() * q + block.nibblesAt();
    a.vbroadcasti32x4(V, Mem.at(p, at));
    for (int i = 1; i < 4; i++) {
      Zmm quarter = V.merge(QUARTER + i - 1);
      a.vbroadcasti32x4(quarter, Mem.at(p, at + (long) block.type.blockBytes() * i));
    }
    a.vpsrlw(T1, V, 4);
    a.vpandd(V, V, BlockCode.constant(0));
    a.vpandd(T1, T1, BlockCode.constant(0));
    block.values(a, V);
    block.values(a, T1);
    a.vpxord(DOT, DOT, DOT);
    a.vpdpbusd(DOT, V, HI[0]);
    a.vpdpbusd(DOT, T1, HI[1]);
    a.vpslld(DOT, DOT, 8);
    a.vpdpbusd(DOT, V, LO[0]);
    a.vpdpbusd(DOT, T1, LO[1]);
    a.vcvtdq2ps(DOT, DOT);
    a.vmovups(SCALE, BlockCode.lanes(a, lane -> 4 * q + lane / 4));
    a.vpermps(SCALE, SCALE, scales);
    a.vfmadd231ps(total, DOT, SCALE);
  }

  /** Halves of eight blocks as floats: general registers have nothing else to do. */
  private void halves(Gpr p, int at, Zmm out) {
    for (int quad = 0; quad < 2; quad++) {
      for (int i = 0; i < 4; i++) {
        Mem half = Mem.at(p, (4L * quad + i) * block.type.blockBytes() + at);
        a.movzx16(i == 0 ? Gpr.RAX : Gpr.RBP, half);
        if (i > 0) {
          a.shl(Gpr.RBP, 16 * i);
          a.or(Gpr.RAX, Gpr.RBP);
        }
      }
      if (quad == 0) {
        a.vmovq(out, Gpr.RAX);
      } else {
        a.vpinsrqHigh(out, out, Gpr.RAX);
      }
    }
    a.vcvtph2ps(out, out);
  }
}
