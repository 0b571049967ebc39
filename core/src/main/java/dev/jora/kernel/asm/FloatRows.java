package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of rows of floats, halves or bfloat16 with one row of floats: rows of one length, in
 * float multiply-adds. Four rows go side by side, far apart, as in {@link RowProducts}; each has
 * four sums of 16 lanes, whether it is one of four or alone, so that its product is the same.
 */
final class FloatRows {
  /** Vectors of 16 values that the loop does at once, each with a sum of its own. */
  private static final int SUMS = 4;

  private static final int CHUNK = 16 * SUMS;
  private static final int TAIL = 1; // mask register of the values behind the last whole vector
  private static final Zmm W = zmm(20);
  private static final Zmm T = zmm(21);

  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};
  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.R12};
  private static final Gpr X = Gpr.R12;

  private final FloatCode type;
  private final int k;
  private final Code one;
  private final Code four;

  FloatRows(FloatCode type, int k) {
    this.type = type;
    this.k = k;
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /** y[r] = w[r] · x for {@code rows} dense rows. */
  void run(long w, int rows, long x, long y) {
    long rowBytes = (long) type.bytes() * k;
    int streams = rows / 4;
    if (streams > 0) {
      four.call(w, rowBytes * streams, x, y, streams, 4L * streams);
    }
    int rest = rows - 4 * streams;
    if (rest > 0) {
      one.call(w + rowBytes * 4 * streams, 0, x, y + 16L * streams, rest, 0);
    }
  }

  private static Zmm sum(int row, int i) {
    return zmm(SUMS * row + i);
  }

  private static Zmm x(int i) {
    return zmm(16 + i);
  }

  /** Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes of y likewise. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.mov(Gpr.RAX, (1 << k % 16) - 1);
    a.kmovd(TAIL, Gpr.RAX);
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    Label row = a.here();
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < SUMS; i++) {
        a.vpxord(sum(r, i), sum(r, i), sum(r, i));
      }
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
    a.mov(Gpr.RAX, Gpr.RCX);
    for (int r = 0; r < rows; r++) {
      a.vaddps(sum(r, 0), sum(r, 0), sum(r, 1));
      a.vaddps(sum(r, 2), sum(r, 2), sum(r, 3));
      a.vaddps(sum(r, 0), sum(r, 0), sum(r, 2));
      Lanes.sum(a, sum(r, 0), T);
      a.vmovss(Mem.at(Gpr.RAX, 0), sum(r, 0));
      if (r + 1 < rows) {
        a.add(Gpr.RAX, Gpr.R9);
      }
    }
    a.add(Gpr.RCX, 4);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** The next {@code values} of all rows, up to {@link #CHUNK}; the last vector may be a part. */
  private void products(Assembler a, int rows, int values) {
    int vectors = (values + 15) / 16;
    for (int i = 0; i < vectors; i++) {
      boolean part = 16 * i + 16 > values;
      a.vmovups(part ? x(i).zero(TAIL) : x(i), Mem.at(X, 64 * i));
    }
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < vectors; i++) {
        boolean part = 16 * i + 16 > values;
        type.load(a, part ? W.zero(TAIL) : W, Mem.at(ROWS[r], 16L * type.bytes() * i));
        a.vfmadd231ps(sum(r, i), W, x(i));
      }
      a.add(ROWS[r], (long) type.bytes() * values);
    }
    a.add(X, 4L * values);
  }
}
