package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * Types whose values are points of a grid: q is looked up by index, 8 or 4 bytes at a time, through
 * general registers. Indices that a vector stores and these load again would take twice as long.
 */
abstract class CodeGrid extends BlockCode {
  /** Mask register for the signs of 64 values. */
  static final int SIGNS = 6;

  private final int size;

  /**
   * @param size values of a point
   */
  CodeGrid(GgmlType type, int size) {
    super(type);
    this.size = size;
  }

  /** The points, one of {@link GridTables}: asked for when code is made, as it loads the grids. */
  abstract long table();

  @Override
  final UnitOrder order() {
    return UnitOrder.CHUNKS;
  }

  /** Before the lookups of chunk c: what {@link #index} finds in r15. */
  void upper(Assembler a, Gpr p, int c) {}

  /** Into rax: the index of point i of chunk c. */
  abstract void index(Assembler a, Gpr p, int c, int i);

  /** From the points in {@link #W} to q. */
  abstract void finish(Assembler a, Gpr p, int c);

  @Override
  final void weights(Assembler a, Gpr p, int c) {
    upper(a, p, c);
    a.mov(Gpr.RBP, a.constant64(table()));
    for (int quarter = 0; quarter < 4; quarter++) {
      int first = quarter * 16 / size;
      Ymm to = Ymm.ymm(quarter == 0 ? W.number() : T1.number());
      GridTables.lookup(a, size, first, i -> index(a, p, c, i), to);
      if (quarter > 0) {
        a.vinserti32x4(W, W, T1, quarter);
      }
    }
    finish(a, p, c);
  }

  /** Negates the values whose bit of 64 is set in {@link #SIGNS}; constant 0 is 2 · offset. */
  static void negate(Assembler a) {
    a.vpsubb(W.merge(SIGNS), constant(0), W);
  }

  /**
   * Scales d (2 c + 1) · factor, and {@link #MINS}, of integers c in {@link #T1} and floats d in
   * {@link #T2}.
   */
  final void oddScales(Assembler a, double factor, Zmm scales) {
    a.vpaddd(T1, T1, T1);
    a.vpord(T1, T1, a.constant(1).all());
    a.vcvtdq2ps(T1, T1);
    a.vmulps(T2, T2, Lanes.all(a, factor));
    a.vmulps(scales, T1, T2);
    offsets(a, scales);
  }

  /** The same with a half in memory for d. */
  final void oddScales(Assembler a, Mem d, double factor, Zmm scales) {
    half(a, d, T2);
    oddScales(a, factor, scales);
  }
}
