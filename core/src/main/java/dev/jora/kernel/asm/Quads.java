package dev.jora.kernel.asm;

/**
 * Emits the reading of 256 values in blocks of 32 nibbles ({@link Nibbles32}) for {@link
 * UnitProducts}, in the order of {@link UnitOrder#BLOCKS}: four blocks fill a register, a quarter
 * each.
 */
final class Quads {
  private static final Zmm V = BlockCode.W;
  private static final Zmm T1 = BlockCode.T1;
  private static final Zmm T2 = BlockCode.T2;

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

  /**
   * The scales of the row's eight blocks, each in two lanes; what times sums of activations comes
   * off into {@link BlockCode#MINS}, blocks in order.
   */
  void begin(Gpr p, Zmm scales) {
    halves(p, 0, T1);
    if (block.offset() != 0) {
      a.vmulps(BlockCode.MINS, T1, Lanes.all(a, block.offset()));
    } else {
      halves(p, 2, BlockCode.MINS);
      a.vpxord(BlockCode.MINS, BlockCode.MINS, a.constant(0x80000000).all());
    }
    a.vmovups(scales, BlockCode.lanes(a, UnitOrder.BLOCKS::block));
    a.vpermps(scales, scales, T1);
  }

  /** The values of a unit. */
  void values(Gpr p, Zmm[] out) {
    quad(p, 0, V);
    quad(p, 1, T1);
    a.vpunpcklqdq(T2, V, T1);
    a.vpunpckhqdq(T1, V, T1);
    for (int i = 0; i < 2; i++) {
      Zmm bytes = i == 0 ? T2 : T1;
      a.vpandd(out[i], bytes, BlockCode.constant(0));
      a.vpsrlw(bytes, bytes, 4);
      a.vpandd(out[2 + i], bytes, BlockCode.constant(0));
    }
    for (Zmm values : out) {
      block.values(a, values);
    }
  }

  /** The bytes of every second block from {@code first} on. */
  private void quad(Gpr p, int first, Zmm out) {
    for (int i = 0; i < 4; i++) {
      long at = (2L * i + first) * block.type.blockBytes() + block.nibblesAt();
      a.vbroadcasti32x4(i == 0 ? out : out.merge(QUARTER + i - 1), Mem.at(p, at));
    }
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
