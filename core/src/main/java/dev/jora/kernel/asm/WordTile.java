package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Ymm.ymm;

/**
 * Products of a band of 16 rows ({@link WordBand}) and up to six tokens ({@link WordForm}): what
 * {@link BandProducts} is on AVX-512. Lanes are rows; each token has two registers of integer sums,
 * and two of totals in memory, to which a group of values adds once.
 */
final class WordTile {
  /** The most tokens: twelve sums and what is loaded fill 16 registers. */
  static final int MOST = 6;

  private static final Ymm[] W = {ymm(12), ymm(13)};
  private static final Ymm X = ymm(14);
  private static final Ymm T = ymm(15);

  private static final Gpr[] SAVED = {Gpr.RBX};

  private final RunCode type;
  private final int k;
  private final int tokens;
  private final WordDot dot;
  private final Code code;

  WordTile(RunCode type, int k, int tokens, WordDot dot) {
    this.type = type;
    this.k = k;
    this.tokens = tokens;
    this.dot = dot;
    this.code = assemble();
  }

  /** Bytes of scratch that {@link #run} wants. */
  static long scratchBytes() {
    return 64L * MOST;
  }

  /**
   * y[t, r] of all tokens.
   *
   * @param ldy bytes from token to token
   * @param rows valid rows of the band, up to 16
   */
  void run(long band, long x, long y, long ldy, int rows, long scratch) {
    code.call(band, x, y, ldy, rows, scratch);
  }

  private static Ymm sum(int t, int half) {
    return ymm(2 * t + half);
  }

  private static Mem total(int t, int half) {
    return Mem.at(Gpr.R9, 64 * t + 32 * half);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.save(SAVED);
    Gpr band = Gpr.RDI;
    Gpr words = Gpr.RSI;
    Gpr scales = Gpr.RBX;
    int groups = 32 / type.group();
    a.lea(scales, Mem.at(Gpr.RSI, WordForm.scalesAt(k, type.group())));
    a.vpxor(T, T, T);
    for (int t = 0; t < tokens; t++) {
      a.vmovups(total(t, 0), T);
      a.vmovups(total(t, 1), T);
    }
    a.mov(Gpr.RAX, k / 32);
    Label run = a.here();
    for (int g = 0; g < groups; g++) {
      dots(a, band, words, g * 16 / groups, 16 / groups);
      add(a, band, scales, g);
    }
    a.add(band, WordBand.runBytes(type));
    a.add(words, WordForm.RUN_BYTES);
    a.add(scales, 4L * groups);
    a.sub(Gpr.RAX, 1);
    a.jnz(run);
    store(a);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** Sums of the products of some steps: two values of all rows and tokens. */
  private void dots(Assembler a, Gpr band, Gpr words, int from, int steps) {
    for (int s = from; s < from + steps; s++) {
      for (int half = 0; half < 2; half++) {
        a.vmovups(W[half], Mem.at(band, (long) WordBand.STEP_BYTES * s + 32 * half));
      }
      for (int t = 0; t < tokens; t++) {
        a.vpbroadcastd(X, x(words, t, s % 2 * WordForm.ODD + s / 2 * 4));
        for (int half = 0; half < 2; half++) {
          if (s == from) {
            a.vpmaddwd(sum(t, half), W[half], X);
          } else {
            dot.add(a, sum(t, half), W[half], X, T);
          }
        }
      }
    }
  }

  /** total += scale · sum + minimum · Σ x. */
  private void add(Assembler a, Gpr band, Gpr scales, int g) {
    long sums = WordForm.sumsAt(k, type.group()) - WordForm.scalesAt(k, type.group());
    for (int half = 0; half < 2; half++) {
      a.vmovups(W[half], Mem.at(band, WordBand.scalesAt(g) + 32 * half));
    }
    for (int t = 0; t < tokens; t++) {
      a.vbroadcastss(X, x(scales, t, 4 * g));
      for (int half = 0; half < 2; half++) {
        a.vcvtdq2ps(sum(t, half), sum(t, half));
        a.vmulps(sum(t, half), sum(t, half), W[half]);
        a.vfmadd213ps(sum(t, half), X, total(t, half));
      }
      if (type.offset() == 0) {
        a.vbroadcastss(X, x(scales, t, sums + 4 * g));
        for (int half = 0; half < 2; half++) {
          Mem min = Mem.at(band, WordBand.minsAt(type, g) + 32 * half);
          a.vfmadd231ps(sum(t, half), X, min);
        }
      }
      for (int half = 0; half < 2; half++) {
        a.vmovups(total(t, half), sum(t, half));
      }
    }
  }

  /** What token t has at a place in its form. */
  private Mem x(Gpr at, int t, long disp) {
    return Mem.at(at, WordForm.bytes(k) * t + disp);
  }

  private void store(Assembler a) {
    int[] ones = new int[2 * WordBand.ROWS]; // as many as there are rows, then zeros
    for (int i = 0; i < WordBand.ROWS; i++) {
      ones[i] = -1;
    }
    a.lea(Gpr.RAX, a.constant(ones));
    a.imul(Gpr.R8, Gpr.R8, -4);
    a.add(Gpr.RAX, Gpr.R8);
    for (int half = 0; half < 2; half++) {
      a.vmovups(W[half], Mem.at(Gpr.RAX, 4L * WordBand.ROWS + 32 * half));
    }
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        a.vmovups(T, total(t, half));
        a.vmaskmovps(Mem.at(Gpr.RDX, 32 * half), W[half], T);
      }
      a.add(Gpr.RDX, Gpr.RCX);
    }
  }
}
