package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * Products of rows of halves with one row of floats or a few, on AVX2: exact but for the sums. Four
 * rows far apart as in {@link ShortRows}, or fewer if there are more tokens.
 */
final class HalfRows {
  private static final int STEP = 16; // values

  /** Vector registers: a sum per row and token, a vector of each row, one of activations. */
  private static final int REGISTERS = 16;

  private static final Ymm X_VALUES = ymm(REGISTERS - 1);

  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};
  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13};
  private static final Gpr X = Gpr.R12;
  private static final Gpr Y_STREAM = Gpr.R13;

  private final int k;
  private final int tokens;
  private final int streams;
  private final Code one;
  private final Code all; // null if it would be that for one

  HalfRows(int k, int tokens) {
    this.k = k;
    this.tokens = tokens;
    this.streams = Math.min(ROWS.length, (REGISTERS - 1) / (tokens + 1));
    this.one = assemble(1);
    this.all = streams == 1 ? null : assemble(streams);
  }

  /** True for rows of whole steps. */
  static boolean supports(int k) {
    return k > 0 && k % STEP == 0;
  }

  /**
   * y[t, r] = w[r] · x[t] for {@code rows} dense rows and dense x.
   *
   * @param ldy bytes from token to token
   */
  void run(long w, int rows, long x, long y, long ldy) {
    int perStream = all == null ? 0 : rows / streams;
    if (perStream > 0) {
      all.call(w, 2L * k * perStream, x, y, perStream, ldy);
    }
    int done = perStream * streams;
    if (done < rows) {
      one.call(w + 2L * k * done, 0, x, y + 4L * done, rows - done, ldy);
    }
  }

  private Ymm sum(int row, int token) {
    return ymm(row * tokens + token);
  }

  private static Ymm w(int row) {
    return ymm(REGISTERS - 2 - row);
  }

  /**
   * Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes from token to token.
   */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    RowProducts.streams(a, rows);
    Label row = a.here();
    for (int i = 0; i < rows * tokens; i++) {
      a.vpxor(ymm(i), ymm(i), ymm(i));
    }
    a.mov(X, Gpr.RDX);
    a.mov(Gpr.RAX, k / STEP);
    Label step = a.here();
    for (int r = 0; r < rows; r++) {
      a.prefetcht0(Mem.at(ROWS[r], ShortRows.PREFETCH));
    }
    for (int i = 0; i < STEP / 8; i++) {
      for (int r = 0; r < rows; r++) {
        a.vcvtph2ps(w(r), Mem.at(ROWS[r], 16 * i));
      }
      for (int t = 0; t < tokens; t++) {
        a.vmovups(X_VALUES, Mem.at(X, 4L * k * t + 32 * i));
        for (int r = 0; r < rows; r++) {
          a.vfmadd231ps(sum(r, t), w(r), X_VALUES);
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      a.add(ROWS[r], 2 * STEP);
    }
    a.add(X, 4 * STEP);
    a.sub(Gpr.RAX, 1);
    a.jnz(step);
    store(a, rows);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** To y, which goes on to the next row. */
  private void store(Assembler a, int rows) {
    Results.store(
        a,
        rows,
        tokens,
        Gpr.RCX,
        Y_STREAM,
        Gpr.R9,
        (r, t) -> {
          Lanes.sum(a, sum(r, t), X_VALUES);
          a.vmovss(Mem.at(Gpr.RAX, 0), sum(r, t));
        });
    a.add(Gpr.RCX, 4);
  }
}
