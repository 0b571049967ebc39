package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;
import java.util.function.IntUnaryOperator;

/** The counterpart of {@link CodeGrid}, from the same tables. */
abstract class RunGrid extends RunCode {
  /** Where, from rsp, indices of points and signs may stand. */
  static final int INDICES = -64;

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

  /** Before the lookups of a run: indices that do not stand in the block as they are. */
  void indices(Assembler a, Gpr p, int run) {}

  /** Into rax: the index of point i of a run. */
  void index(Assembler a, Gpr p, int run, int i) {
    a.mov32(Gpr.RAX, Mem.at(Gpr.RSP, INDICES + 4 * i));
  }

  /** From the points in {@link #Q} to q. */
  abstract void finish(Assembler a, Gpr p, int run);

  @Override
  final void weights(Assembler a, Gpr p, int run) {
    indices(a, p, run);
    a.mov(Gpr.RBP, a.constant64(table()));
    GridTables.lookup(a, size, 0, i -> index(a, p, run, i), Q);
    GridTables.lookup(a, size, 16 / size, i -> index(a, p, run, i), T1);
    a.vinserti128(Q, Q, T1, 1);
    finish(a, p, run);
  }

  /**
   * Indices with lower bytes in order, and bits from 8 on elsewhere.
   *
   * @param bit where in the 32 bits of {@code upper} the first of them is for a point
   */
  static void indices(Assembler a, Mem lower, Mem upper, IntUnaryOperator bit, int mask) {
    a.vpmovzxbd(T1, lower);
    a.vpbroadcastd(T2, upper);
    a.vpsrlvd(T2, T2, lanes(a, bit));
    a.vpand(T2, T2, lanes(a, i -> mask));
    a.vpslld(T2, T2, 8);
    a.vpor(T1, T1, T2);
    a.vmovups(Mem.at(Gpr.RSP, INDICES), T1);
  }

  /**
   * Negates the values whose bits are set: 2 · offset − q is that and 1 plus the complement of q.
   *
   * @param byteOf which of the bytes that {@link #T1} has in both halves has the signs of a value
   */
  final void negate(Assembler a, IntUnaryOperator byteOf) {
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

  /** The same with 4 · 7 bits in the lower 28 bits of rax. */
  final void negateByFields(Assembler a) {
    SignFields.spread(a);
    a.mov32(Mem.at(Gpr.RSP, INDICES), Gpr.RAX);
    negate(a, Mem.at(Gpr.RSP, INDICES));
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
