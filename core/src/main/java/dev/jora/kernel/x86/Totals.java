package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Emits the sums of some rows and tokens, 16 lanes each, for {@link UnitProducts} and {@link
 * RowProducts}: in registers 0 to 3 for one token, on the stack for more. There a sum costs a load
 * and a store, which the processor does beside the arithmetic.
 */
final class Totals {
  /** Where a sum that stands on the stack is while it grows. */
  private static final Zmm HELD = zmm(7);

  /** For sums over lanes. */
  private static final Zmm T = zmm(8);

  private final Assembler a;
  private final int rows;
  private final int tokens;
  private final int slots;

  /**
   * Sums of {@code rows} × {@code tokens}.
   *
   * @param more registers that the caller keeps on the stack too, if there are several tokens
   */
  Totals(Assembler a, int rows, int tokens, int more) {
    this.a = a;
    this.rows = rows;
    this.tokens = tokens;
    this.slots = rows * tokens + more;
  }

  /** True if all are in registers. */
  boolean inRegisters() {
    return tokens == 1;
  }

  /** Makes room on the stack; uses rax. */
  void enter() {
    if (!inRegisters()) {
      a.mov(Gpr.RAX, Gpr.RSP);
      a.sub(Gpr.RSP, 64 * slots + 64);
      a.and(Gpr.RSP, -64);
      a.mov(Mem.at(Gpr.RSP, 64L * slots), Gpr.RAX);
    }
  }

  /** Gives it back. */
  void leave() {
    if (!inRegisters()) {
      a.mov(Gpr.RSP, Mem.at(Gpr.RSP, 64L * slots));
    }
  }

  /** Sets all to 0. */
  void clear() {
    if (inRegisters()) {
      for (int r = 0; r < rows; r++) {
        a.vpxord(zmm(r), zmm(r), zmm(r));
      }
      return;
    }
    a.vpxord(T, T, T);
    for (int i = 0; i < slots; i++) {
      a.vmovups(Mem.at(Gpr.RSP, 64L * i), T);
    }
  }

  /** The sum of a row and a token, in a register until {@link #end}. */
  Zmm begin(int row, int token) {
    if (inRegisters()) {
      return zmm(row);
    }
    a.vmovups(HELD, slot(row * tokens + token));
    return HELD;
  }

  /** Keeps what {@link #begin} gave. */
  void end(int row, int token) {
    if (!inRegisters()) {
      a.vmovups(slot(row * tokens + token), HELD);
    }
  }

  /** Register i of those that the caller keeps. */
  Mem more(int i) {
    return slot(rows * tokens + i);
  }

  private static Mem slot(int i) {
    return Mem.at(Gpr.RSP, 64L * i);
  }

  /**
   * Writes the sums over lanes to y, which goes on to the next row; uses rax and rbp.
   *
   * @param y of the first row and token
   * @param row bytes from row to row
   * @param token bytes from token to token
   */
  void store(Gpr y, Gpr row, Gpr token) {
    Results.store(
        a,
        rows,
        tokens,
        y,
        row,
        token,
        (r, t) -> {
          Zmm total = begin(r, t);
          Lanes.sum(a, total, T);
          a.vmovss(Mem.at(Gpr.RAX, 0), total);
        });
    a.add(y, 4);
  }
}
