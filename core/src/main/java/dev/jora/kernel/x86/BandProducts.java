package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Products of a band of 16 rows ({@link BandForm}) and groups of tokens ({@link TokenForm}): lanes
 * are rows, each token has a register of integer sums and one of totals. Per run of 32 values a
 * token costs eight vpdpbusd with its bytes broadcast from memory, a conversion, and a product with
 * the scales of rows and token.
 */
final class BandProducts {
  private static final Zmm W = zmm(24);
  private static final Zmm SCALE = zmm(25);
  private static final Zmm MIN = zmm(26);
  private static final int VALID = 1; // mask register

  private static final Gpr[] SAVED = {Gpr.RBX};

  private final BlockCode block;
  private final int k;
  private final int tokens;
  private final Code code;

  BandProducts(BlockCode block, int k, int tokens) {
    this.block = block;
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

  private Zmm sum(int t) {
    return zmm(t);
  }

  private Zmm total(int t) {
    return zmm(12 + t);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.kmovd(VALID, Gpr.R9);
    Label group = a.here();
    for (int t = 0; t < tokens; t++) {
      a.vpxord(total(t), total(t), total(t));
    }
    runs(a);
    for (int t = 0; t < tokens; t++) {
      a.vmovups(Mem.at(Gpr.RDX, 0), total(t).merge(VALID));
      a.add(Gpr.RDX, Gpr.RCX);
    }
    a.add(Gpr.RSI, TokenForm.bytes(k, tokens));
    a.sub(Gpr.R8, 1);
    a.jnz(group);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  private void runs(Assembler a) {
    a.mov(Gpr.RBX, Gpr.RDI);
    a.lea(Gpr.RAX, Mem.at(Gpr.RSI, TokenForm.runsAt(k)));
    FineRuns.walk(a, k, Gpr.RSI, Gpr.R9, fine -> run(a, fine));
  }

  /** A run, and a step to the next. */
  private void run(Assembler a, boolean fine) {
    int groups = 32 / block.group();
    for (int g = 0; g < groups; g++) {
      int part = groups == 1 ? 2 : g; // sums of all 32 stand behind those of 16
      group(a, g, 8 / groups, part, fine);
    }
    a.add(Gpr.RBX, BandForm.runBytes(block));
    a.add(Gpr.RAX, TokenForm.runBytes(tokens));
  }

  /** The values of a run that share a scale. */
  private void group(Assembler a, int g, int steps, int part, boolean fine) {
    boolean offset = block.offset() != 0;
    for (int t = 0; t < tokens; t++) {
      if (offset) {
        a.vpbroadcastd(sum(t), x(TokenForm.LESS_HI + part, t));
      } else {
        a.vpxord(sum(t), sum(t), sum(t));
      }
    }
    dots(a, g * steps, steps, TokenForm.HI);
    if (fine) {
      for (int t = 0; t < tokens; t++) {
        a.vpslld(sum(t), sum(t), 8);
        if (offset) {
          a.vpaddd(sum(t), sum(t), x(TokenForm.LESS_LO + part, t).all());
        }
      }
      dots(a, g * steps, steps, TokenForm.LO);
    }
    a.vmovups(SCALE, Mem.at(Gpr.RBX, BandForm.scalesAt(g)));
    if (!offset) {
      a.vmovups(MIN, Mem.at(Gpr.RBX, BandForm.minsAt(block, g)));
    }
    for (int t = 0; t < tokens; t++) {
      a.vcvtdq2ps(sum(t), sum(t));
      a.vmulps(sum(t), sum(t), SCALE);
      int scale = fine ? TokenForm.SCALE : TokenForm.SCALE_HI;
      a.vfmadd231ps(total(t), sum(t), x(scale, t).all());
      if (!offset) {
        int sums = (fine ? TokenForm.SUM : TokenForm.SUM_HI) + part;
        a.vfmadd231ps(total(t), MIN, x(sums, t).all());
      }
    }
  }

  private void dots(Assembler a, int from, int steps, int bytes) {
    for (int i = from; i < from + steps; i++) {
      a.vmovups(W, Mem.at(Gpr.RBX, 64 * i));
      for (int t = 0; t < tokens; t++) {
        a.vpdpbusd(sum(t), W, x(bytes + i, t).all());
      }
    }
  }

  /** The value of token t in a row of the run. */
  private Mem x(int row, int t) {
    return Mem.at(Gpr.RAX, 4L * (row * tokens + t));
  }
}
