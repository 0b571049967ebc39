package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Products of a band of 32 rows ({@link FloatBand}) and groups of tokens ({@link FloatGroup}) in
 * float multiply-adds: lanes are rows, each token has two registers of sums. A value of all rows
 * costs a token two multiply-adds and one load.
 */
final class FloatTile {
  private static final Zmm X = zmm(26);

  /** Values of a turn of the loop. */
  private static final int UNROLLED = 4;

  private final Runs runs;
  private final int tokens;
  private final Code first;
  private final Code next;

  FloatTile(int k, int tokens) {
    this.runs = Runs.of(k);
    this.tokens = tokens;
    this.first = assemble(false);
    this.next = assemble(true);
  }

  /**
   * y[t, r] of one group and run i; runs come in order.
   *
   * @param rows valid rows of the band, up to 32
   * @param ldy bytes from token to token
   */
  void run(long band, int i, long group, long y, long ldy, int rows) {
    long x = group + 4L * tokens * runs.size() * i;
    (i == 0 ? first : next).call(band, x, y, ldy, (1L << rows) - 1, 0);
  }

  private static Zmm sum(int t, int half) {
    return zmm(2 * t + half);
  }

  private static Zmm weights(int half) {
    return zmm(24 + half);
  }

  /** The mask register of the rows of a half. */
  private static int valid(int half) {
    return 1 + half;
  }

  /** One run; {@code more}: its sums are added to y. */
  private Code assemble(boolean more) {
    Assembler a = new Assembler();
    a.kmovd(valid(0), Gpr.R8);
    a.shr(Gpr.R8, 16);
    a.kmovd(valid(1), Gpr.R8);
    a.mov(Gpr.R9, Gpr.RDX);
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        if (more) {
          a.vmovups(sum(t, half).zero(valid(half)), Mem.at(Gpr.R9, 64 * half));
        } else {
          a.vpxord(sum(t, half), sum(t, half), sum(t, half));
        }
      }
      a.add(Gpr.R9, Gpr.RCX);
    }
    a.mov(Gpr.RAX, runs.size() / UNROLLED);
    Label values = a.here();
    for (int i = 0; i < UNROLLED; i++) {
      a.vmovups(weights(0), Mem.at(Gpr.RDI, FloatBand.STEP * i));
      a.vmovups(weights(1), Mem.at(Gpr.RDI, FloatBand.STEP * i + 64));
      for (int t = 0; t < tokens; t++) {
        a.vbroadcastss(X, Mem.at(Gpr.RSI, 4L * (tokens * i + t)));
        a.vfmadd231ps(sum(t, 0), weights(0), X);
        a.vfmadd231ps(sum(t, 1), weights(1), X);
      }
    }
    a.add(Gpr.RDI, FloatBand.STEP * UNROLLED);
    a.add(Gpr.RSI, 4L * tokens * UNROLLED);
    a.sub(Gpr.RAX, 1);
    a.jnz(values);
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        a.vmovups(Mem.at(Gpr.RDX, 64 * half), sum(t, half).merge(valid(half)));
      }
      a.add(Gpr.RDX, Gpr.RCX);
    }
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }
}
