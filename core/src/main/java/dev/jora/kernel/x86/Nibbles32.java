package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * Blocks of 32 values with nibbles: byte i holds values i and i + 16. Q4_0, Q4_1, Q5_0, Q5_1,
 * IQ4_NL and MXFP4 differ in where things stand and in what a nibble means.
 */
abstract class Nibbles32 extends BlockCode {
  private final int at;

  /**
   * @param at where the 16 bytes of nibbles stand in a block
   */
  Nibbles32(GgmlType type, int at) {
    super(type);
    this.at = at;
  }

  /** Where in a block the nibbles are. */
  final int nibblesAt() {
    return at;
  }

  /** True if the scale, the nibbles and {@link #values} are all there is to it. */
  boolean isPlain() {
    return false;
  }

  @Override
  final UnitOrder order() {
    return isPlain() ? UnitOrder.BLOCKS : UnitOrder.QUARTERS;
  }

  /** Nibbles become q. */
  void values(Assembler a, Zmm nibbles) {}

  @Override
  void constants(Assembler a) {
    load(a, 0, 0x0F);
    load(a, 1, words(a, i -> i / 8 % 2 == 0 ? 0 : 4));
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vbroadcasti32x4(W, Mem.at(p, at));
    a.vbroadcasti32x4(W.merge(UPPER), Mem.at(p, type.blockBytes() + at));
    a.vpsrlvw(W, W, constant(1));
    a.vpandd(W, W, constant(0));
  }

  @Override
  void scales(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    halves(a, Mem.at(p, 0), Mem.at(p, type.blockBytes()), out);
  }
}
