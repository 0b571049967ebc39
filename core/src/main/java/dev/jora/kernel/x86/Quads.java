package dev.jora.kernel.x86;

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
}
