package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of a band of 32 rows ({@link FloatBand}) and groups of tokens ({@link FloatGroup}) in
 * float multiply-adds: lanes are rows, each token has two registers of sums. A value of all rows
 * costs a token two multiply-adds and one load.
 */
final class FloatTile {
  private static final Zmm X = zmm(26);

  /** Values of a turn of the loop. */
  private static final int UNROLLED = 4;

  private static final Gpr[] SAVED = {Gpr.RBX};

  private final Runs runs;
  private final int k;
  private final int tokens;
  private final Code first;
  private final Code next;

  FloatTile(int k, int tokens) {
    this.runs = Runs.of(k);
    this.k = k;
    this.tokens = tokens;
    this.first = assemble(false);
    this.next = assemble(true);
  }

  /**
   * y[t, r] of {@code groups} groups.
   *
   * @param rows valid rows of the band, up to 32
   * @param ldy bytes from token to token
   */
  void run(long band, long x, long y, long ldy, int groups, int rows) {
    long mask = (1L << rows) - 1;
    long bandBytes = (long) FloatBand.STEP * runs.size();
    long xBytes = 4L * tokens * runs.size();
    for (int i = 0; i < runs.count(); i++) {
      (i == 0 ? first : next).call(band + bandBytes * i, x + xBytes * i, y, ldy, groups, mask);
    }
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
    a.save(SAVED);
    a.kmovd(valid(0), Gpr.R9);
    a.shr(Gpr.R9, 16);
    a.kmovd(valid(1), Gpr.R9);
    Label group = a.here();
    a.mov(Gpr.RBX, Gpr.RDX);
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        if (more) {
          a.vmovups(sum(t, half).zero(valid(half)), Mem.at(Gpr.RBX, 64 * half));
        } else {
          a.vpxord(sum(t, half), sum(t, half), sum(t, half));
        }
      }
      a.add(Gpr.RBX, Gpr.RCX);
    }
    a.mov(Gpr.R10, Gpr.RDI);
    a.mov(Gpr.R11, Gpr.RSI);
    a.mov(Gpr.RAX, runs.size() / UNROLLED);
    Label values = a.here();
    for (int i = 0; i < UNROLLED; i++) {
      a.vmovups(weights(0), Mem.at(Gpr.R10, FloatBand.STEP * i));
      a.vmovups(weights(1), Mem.at(Gpr.R10, FloatBand.STEP * i + 64));
      for (int t = 0; t < tokens; t++) {
        a.vbroadcastss(X, Mem.at(Gpr.R11, 4L * (tokens * i + t)));
        a.vfmadd231ps(sum(t, 0), weights(0), X);
        a.vfmadd231ps(sum(t, 1), weights(1), X);
      }
    }
    a.add(Gpr.R10, FloatBand.STEP * UNROLLED);
    a.add(Gpr.R11, 4L * tokens * UNROLLED);
    a.sub(Gpr.RAX, 1);
    a.jnz(values);
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        a.vmovups(Mem.at(Gpr.RDX, 64 * half), sum(t, half).merge(valid(half)));
      }
      a.add(Gpr.RDX, Gpr.RCX);
    }
    a.add(Gpr.RSI, FloatGroup.bytes(k, tokens));
    a.sub(Gpr.R8, 1);
    a.jnz(group);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }
}
