package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.function.IntUnaryOperator;

/** The counterpart of {@link CodeGrid}, from the same tables. */
abstract class RunGrid extends RunCode {
  private final int size;

  /**
   * @param size values of a point
   */
  RunGrid(GgmlType type, int size) {
    super(type);
    this.size = size;
  }

  /** The points, one of {@link GridTables}. */
  abstract long table();

  /** Before the lookups of a run: what {@link #index} finds in r15. */
  void upper(Assembler a, Gpr p, int run) {}

  /** Into rax: the index of point i of a run. */
  abstract void index(Assembler a, Gpr p, int run, int i);

  /** From the points in {@link #Q} to q. */
  abstract void finish(Assembler a, Gpr p, int run);

  @Override
  final void weights(Assembler a, Gpr p, int run) {
    upper(a, p, run);
    a.mov(Gpr.RBP, a.constant64(table()));
    GridTables.lookup(a, size, 0, i -> index(a, p, run, i), Q);
    GridTables.lookup(a, size, 16 / size, i -> index(a, p, run, i), T1);
    a.vinserti128(Q, Q, T1, 1);
    finish(a, p, run);
  }

  /**
   * Negates the values whose bits are set: 2 · offset − q is that and 1 plus the complement of q.
   *
   * @param byteOf which of the bytes that {@link #T1} has in both halves has the sign of a value
   */
  private void negate(Assembler a, IntUnaryOperator byteOf) {
    flags(a, T1, byteOf, i -> 1 << i % 8);
    a.vpxor(Q, Q, T1);
    a.vpand(T1, T1, bytes(a, i -> 2 * offset() + 1));
    a.vpaddb(Q, Q, T1);
  }

  /** The same with 4 bytes of signs in memory. */
  final void negate(Assembler a, Mem signs) {
    a.vpbroadcastd(T1, signs);
    negate(a, i -> i / 8);
  }

  /** The same with signs in every byte of rax, or in every second one for a step of 2. */
  final void negate(Assembler a, int step) {
    a.vmovq(T1, Gpr.RAX);
    a.vinserti128(T1, T1, T1, 1);
    negate(a, i -> i / 8 * step);
  }

  /** {@link #T2} = d · factor, for {@link #oddScales}. */
  static void factor(Assembler a, Mem d, float factor) {
    half(a, d, T2);
    a.vmulps(T2, T2, lanes(a, i -> Float.floatToRawIntBits(factor)));
  }

  /** Scales (2 c + 1) · factor of integers c in {@link #T1}. */
  static void oddScales(Assembler a, int part) {
    a.vpaddd(T1, T1, T1);
    a.vpor(T1, T1, lanes(a, i -> 1));
    a.vcvtdq2ps(T1, T1);
    a.vmulps(SCALES[part], T1, T2);
  }

  /** {@link #T1} = c of {@code bits} bits, from 32 bits in memory. */
  static void fields(Assembler a, Mem from, IntUnaryOperator bit, int bits) {
    a.vpbroadcastd(T1, from);
    a.vpsrlvd(T1, T1, lanes(a, bit));
    a.vpand(T1, T1, lanes(a, i -> (1 << bits) - 1));
  }
}
