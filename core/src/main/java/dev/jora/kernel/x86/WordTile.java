package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Products of a band of 16 rows and groups of tokens, both in {@link WordForm}: lanes are rows,
 * each token has a register of integer sums and one of totals. Per run of 32 values a token costs
 * 16 vpdpwssd with its pairs broadcast from memory, a conversion, and a product with the scales of
 * rows and token.
 */
final class WordTile {
  /** Rows of a band. */
  static final int ROWS = 16;

  private static final Zmm W = zmm(24);
  private static final Zmm SCALE = zmm(25);
  private static final int VALID = 1; // mask register

  private final int k;
  private final int tokens;
  private final Code code;

  WordTile(int k, int tokens) {
    this.k = k;
    this.tokens = tokens;
    this.code = assemble();
  }

  /**
   * y[t, r] of {@code groups} groups.
   *
   * @param rows valid rows of the band, up to 16
   * @param ldy bytes from token to token
   */
  void run(long band, long x, long y, long ldy, int groups, int rows) {
    code.call(band, x, y, ldy, groups, (1 << rows) - 1);
  }

  private static Zmm sum(int t) {
    return zmm(t);
  }

  private static Zmm total(int t) {
    return zmm(12 + t);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.kmovd(VALID, Gpr.R9);
    Label group = a.here();
    for (int t = 0; t < tokens; t++) {
      a.vpxord(total(t), total(t), total(t));
    }
    a.mov(Gpr.R10, Gpr.RDI);
    a.mov(Gpr.R11, Gpr.RSI);
    a.mov(Gpr.RAX, k / 32);
    Label run = a.here();
    for (int t = 0; t < tokens; t++) {
      a.vpxord(sum(t), sum(t), sum(t));
    }
    for (int i = 0; i < 16; i++) {
      a.vmovups(W, Mem.at(Gpr.R10, 64 * i));
      for (int t = 0; t < tokens; t++) {
        a.vpdpwssd(sum(t), W, x(i, t));
      }
    }
    a.vmovups(SCALE, Mem.at(Gpr.R10, 64 * WordForm.SCALES));
    for (int t = 0; t < tokens; t++) {
      a.vcvtdq2ps(sum(t), sum(t));
      a.vmulps(sum(t), sum(t), SCALE);
      a.vfmadd231ps(total(t), sum(t), x(WordForm.SCALES, t));
    }
    a.add(Gpr.R10, WordForm.runBytes(ROWS));
    a.add(Gpr.R11, WordForm.runBytes(tokens));
    a.sub(Gpr.RAX, 1);
    a.jnz(run);
    for (int t = 0; t < tokens; t++) {
      a.vmovups(Mem.at(Gpr.RDX, 0), total(t).merge(VALID));
      a.add(Gpr.RDX, Gpr.RCX);
    }
    a.add(Gpr.RSI, WordForm.bytes(k, tokens));
    a.sub(Gpr.R8, 1);
    a.jnz(group);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** The value of token t in a row of the run, for all lanes. */
  private Mem x(int row, int t) {
    return Mem.at(Gpr.R11, 4L * (row * tokens + t)).all();
  }
}
