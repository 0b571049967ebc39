package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link Nibbles32}; Q4_0 and Q4_1 are just that. */
class RunNibbles extends RunCode {
  private final int at;

  /**
   * @param at where the 16 bytes of nibbles stand in a block
   */
  RunNibbles(GgmlType type, int at) {
    super(type);
    this.at = at;
  }

  @Override
  int largest() {
    return 15;
  }

  @Override
  void weights(Assembler a, Gpr p, int run) {
    nibbles(a, block(p, run).plus(at));
  }

  /** The lower nibbles of 16 bytes, then the upper ones. */
  static void nibbles(Assembler a, Mem from) {
    a.vbroadcasti128(Q, from);
    a.vpsrlvd(Q, Q, lanes(a, i -> i < 4 ? 0 : 4));
    a.vpand(Q, Q, bytes(a, i -> 0x0F));
  }

  final Mem block(Gpr p, int run) {
    return Mem.at(p, (long) type.blockBytes() * run);
  }

  @Override
  void scale(Assembler a, Gpr p, int run, Ymm out) {
    half(a, block(p, run), out);
  }

  /** For types that have a second half. */
  @Override
  void min(Assembler a, Gpr p, int run, Ymm out) {
    half(a, block(p, run).plus(2), out);
  }
}
