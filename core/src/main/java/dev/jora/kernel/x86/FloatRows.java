package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Products of rows of floats, halves or bfloat16 with one row of floats or a few: rows of one
 * length, in float multiply-adds. Four rows go side by side, far apart, as in {@link RowProducts},
 * or fewer if there are more tokens; each token has a sum of 16 lanes in each row, whatever is
 * beside it, so that its product is the same.
 */
final class FloatRows {
  /** Sums of rows and tokens that there are registers for. */
  private static final int SUMS = 24;

  /** Values that the loop does at once. */
  private static final int CHUNK = 64;

  private static final int TAIL = 1; // mask register of the values behind the last whole vector
  private static final Zmm X_VALUES = zmm(28);

  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};
  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13};
  private static final Gpr X = Gpr.R12;
  private static final Gpr Y_STREAM = Gpr.R13;

  private final FloatCode type;
  private final int k;
  private final int tokens;
  private final int streams;
  private final Code one;
  private final Code all;

  FloatRows(FloatCode type, int k, int tokens) {
    this.type = type;
    this.k = k;
    this.tokens = tokens;
    this.streams = Math.min(ROWS.length, SUMS / tokens);
    this.one = assemble(1);
    this.all = assemble(streams);
  }

  /**
   * y[t, r] = w[r] · x[t] for {@code rows} dense rows and dense x.
   *
   * @param ldy bytes from token to token
   */
  void run(long w, int rows, long x, long y, long ldy) {
    long rowBytes = (long) type.bytes() * k;
    int perStream = rows / streams;
    if (perStream > 0) {
      all.call(w, rowBytes * perStream, x, y, perStream, ldy);
    }
    int done = perStream * streams;
    if (done < rows) {
      one.call(w + rowBytes * done, 0, x, y + 4L * done, rows - done, ldy);
    }
  }

  private Zmm sum(int row, int token) {
    return zmm(row * tokens + token);
  }

  private static Zmm w(int row) {
    return zmm(SUMS + row);
  }

  /**
   * Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes from token to token.
   */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.mov(Gpr.RAX, (1 << k % 16) - 1);
    a.kmovd(TAIL, Gpr.RAX);
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    a.mov(Y_STREAM, Gpr.R8);
    a.shl(Y_STREAM, 2);
    Label row = a.here();
    for (int i = 0; i < rows * tokens; i++) {
      a.vpxord(zmm(i), zmm(i), zmm(i));
    }
    a.mov(X, Gpr.RDX);
    if (k >= CHUNK) {
      a.mov(Gpr.RAX, k / CHUNK);
      Label chunk = a.here();
      for (int r = 0; r < rows; r++) {
        for (int ahead = 0; ahead < CHUNK * type.bytes(); ahead += 64) {
          a.prefetcht0(Mem.at(ROWS[r], RowProducts.PREFETCH + ahead));
        }
      }
      products(a, rows, CHUNK);
      a.sub(Gpr.RAX, 1);
      a.jnz(chunk);
    }
    if (k % CHUNK != 0) {
      products(a, rows, k % CHUNK);
    }
    store(a, rows);
    a.add(Gpr.RCX, 4);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** The next {@code values} of all rows, up to {@link #CHUNK}; the last vector may be a part. */
  private void products(Assembler a, int rows, int values) {
    for (int i = 0; 16 * i < values; i++) {
      boolean part = 16 * i + 16 > values;
      for (int r = 0; r < rows; r++) {
        type.load(a, part ? w(r).zero(TAIL) : w(r), Mem.at(ROWS[r], 16L * type.bytes() * i));
      }
      for (int t = 0; t < tokens; t++) {
        a.vmovups(part ? X_VALUES.zero(TAIL) : X_VALUES, Mem.at(X, 4L * k * t + 64 * i));
        for (int r = 0; r < rows; r++) {
          a.vfmadd231ps(sum(r, t), w(r), X_VALUES);
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      a.add(ROWS[r], (long) type.bytes() * values);
    }
    a.add(X, 4L * values);
  }

  /** To y, at rcx. */
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
  }
}
