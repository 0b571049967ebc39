package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of rows of floats, halves or bfloat16 with one row of floats or a few: rows of one
 * length, in float multiply-adds. Four rows go side by side, far apart, as in {@link RowProducts},
 * or fewer if there are more tokens; each token has four sums of 16 lanes in each row, whatever is
 * beside it, so that its product is the same. Where registers do not hold the sums of all tokens a
 * row meets some, then the others, which find it in the nearest cache.
 */
final class FloatRows {
  /** Vectors of 16 values that the loop does at once, each with a sum of its own. */
  private static final int SUMS = 4;

  /** Sums of rows and tokens that there are registers for, {@link #SUMS} each. */
  private static final int MOST = 6;

  private static final int CHUNK = 16 * SUMS;
  private static final int TAIL = 1; // mask register of the values behind the last whole vector
  private static final Zmm W = zmm(24);
  private static final Zmm T = zmm(25);

  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};
  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13};
  private static final Gpr X = Gpr.R12;
  private static final Gpr Y_STREAM = Gpr.R13;

  private final FloatCode type;
  private final int k;
  private final int tokens;
  private final int streams;
  private final Code one;
  private final Code all; // null if it would be that for one

  FloatRows(FloatCode type, int k, int tokens) {
    this.type = type;
    this.k = k;
    this.tokens = tokens;
    this.streams = tokens == 1 ? ROWS.length : Math.max(1, MOST / tokens);
    this.one = assemble(1);
    this.all = streams == 1 ? null : assemble(streams);
  }

  /**
   * y[t, r] = w[r] · x[t] for {@code rows} dense rows and dense x.
   *
   * @param ldy bytes from token to token
   */
  void run(long w, int rows, long x, long y, long ldy) {
    long rowBytes = (long) type.bytes() * k;
    int perStream = all == null ? 0 : rows / streams;
    if (perStream > 0) {
      all.call(w, rowBytes * perStream, x, y, perStream, ldy);
    }
    int done = perStream * streams;
    if (done < rows) {
      one.call(w + rowBytes * done, 0, x, y + 4L * done, rows - done, ldy);
    }
  }

  /** The sums of {@code count} tokens from {@code first} on. */
  private record Some(int first, int count) {
    Zmm sum(int row, int token, int i) {
      return zmm(SUMS * (row * count + token) + i);
    }
  }

  private static Zmm x(int i) {
    return zmm(26 + i);
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
    a.mov(Gpr.RBP, Gpr.RCX);
    int parts = (tokens + MOST - 1) / MOST;
    for (int part = 0; part < parts; part++) {
      int first = tokens * part / parts;
      Some some = new Some(first, tokens * (part + 1) / parts - first);
      for (int r = 0; part > 0 && r < rows; r++) {
        a.sub(ROWS[r], (long) type.bytes() * k);
      }
      products(a, rows, some);
      store(a, rows, some);
    }
    a.add(Gpr.RCX, 4);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** A row of every stream. */
  private void products(Assembler a, int rows, Some some) {
    for (int i = 0; i < SUMS * rows * some.count(); i++) {
      a.vpxord(zmm(i), zmm(i), zmm(i));
    }
    a.lea(X, Mem.at(Gpr.RDX, 4L * k * some.first()));
    if (k >= CHUNK) {
      a.mov(Gpr.RAX, k / CHUNK);
      Label chunk = a.here();
      for (int r = 0; r < rows; r++) {
        for (int ahead = 0; ahead < CHUNK * type.bytes(); ahead += 64) {
          a.prefetcht0(Mem.at(ROWS[r], RowProducts.PREFETCH + ahead));
        }
      }
      products(a, rows, some, CHUNK);
      a.sub(Gpr.RAX, 1);
      a.jnz(chunk);
    }
    if (k % CHUNK != 0) {
      products(a, rows, some, k % CHUNK);
    }
  }

  /** The next {@code values} of all rows, up to {@link #CHUNK}; the last vector may be a part. */
  private void products(Assembler a, int rows, Some some, int values) {
    int vectors = (values + 15) / 16;
    for (int i = 0; tokens == 1 && i < vectors; i++) {
      boolean part = 16 * i + 16 > values;
      a.vmovups(part ? x(i).zero(TAIL) : x(i), Mem.at(X, 64 * i));
    }
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < vectors; i++) {
        boolean part = 16 * i + 16 > values;
        type.load(a, part ? W.zero(TAIL) : W, Mem.at(ROWS[r], 16L * type.bytes() * i));
        for (int t = 0; t < some.count(); t++) {
          Mem at = Mem.at(X, 4L * k * t + 64 * i);
          if (tokens > 1 && part) {
            a.vmovups(x(0).zero(TAIL), at);
          }
          Operand value = tokens == 1 ? x(i) : part ? x(0) : at;
          a.vfmadd231ps(some.sum(r, t, i), W, value);
        }
      }
      a.add(ROWS[r], (long) type.bytes() * values);
    }
    a.add(X, 4L * values);
  }

  /** To y of some tokens, at rbp, which goes on to those that follow. */
  private void store(Assembler a, int rows, Some some) {
    for (int t = 0; t < some.count(); t++) {
      a.mov(Gpr.RAX, Gpr.RBP);
      for (int r = 0; r < rows; r++) {
        Zmm sum = some.sum(r, t, 0);
        a.vaddps(sum, sum, some.sum(r, t, 1));
        a.vaddps(some.sum(r, t, 2), some.sum(r, t, 2), some.sum(r, t, 3));
        a.vaddps(sum, sum, some.sum(r, t, 2));
        Lanes.sum(a, sum, T);
        a.vmovss(Mem.at(Gpr.RAX, 0), sum);
        if (r + 1 < rows) {
          a.add(Gpr.RAX, Y_STREAM);
        }
      }
      a.add(Gpr.RBP, Gpr.R9);
    }
  }
}
