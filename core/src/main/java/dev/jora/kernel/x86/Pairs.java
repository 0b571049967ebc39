package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * Q2_K, Q3_K and TQ2_0: 64 bytes of pairs of bits. The four pairs of a byte belong to four groups
 * of 32 values, so a chunk is two of them.
 */
abstract class Pairs extends BlockCode {
  private final int at;

  Pairs(GgmlType type, int at) {
    super(type);
    this.at = at;
  }

  /** Constants 0 to 2: a pair, and the shifts of even and odd chunks. */
  @Override
  void constants(Assembler a) {
    load(a, 0, 0x03);
    load(a, 1, words(a, i -> i < 16 ? 0 : 2));
    load(a, 2, words(a, i -> i < 16 ? 4 : 6));
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vbroadcasti64x4(W, Mem.at(p, at + c / 2 * 32));
    a.vpsrlvw(W, W, constant(1 + c % 2));
    a.vpandd(W, W, constant(0));
  }

  /** Four bytes wherever one of their pairs is wanted, then the shifts, in each register alike. */
  @Override
  boolean quarters(Assembler a, Gpr p, Zmm[] out) {
    for (int i = 0; i < out.length; i++) {
      int register = i;
      a.vmovups(out[i], lanes(a, lane -> lane % 4 / 2 * 8 + piece(lane) + register));
      a.vpermps(out[i], out[i], Mem.at(p, at));
      a.vpsrlvd(out[i], out[i], lanes(a, lane -> 2 * pair(lane) % 8));
      a.vpandd(out[i], out[i], constant(0));
    }
    return true;
  }

  /** Where, in lanes, the half of 32 bytes begins that a lane of the order is read from. */
  static int piece(int lane) {
    return lane / 4 % 2 * 4;
  }

  /** The group of 32 values that a lane is of: two for each chunk, two quarters each. */
  static int pair(int lane) {
    return lane % 4 * 2 + lane / 8;
  }
}
