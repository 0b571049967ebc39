package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Ymm.ymm;

/**
 * Products of rows of halves with one row of floats, on AVX2: exact but for the sums. Four rows far
 * apart as in {@link ShortRows}, with two sums each, as an addition takes longer than a load.
 */
final class HalfRows {
  private static final Ymm[] X = {ymm(8), ymm(9)};
  private static final Ymm W = ymm(10);
  private static final int STEP = 16; // values

  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};
  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.R12};

  private final int k;
  private final Code one;
  private final Code four;

  HalfRows(int k) {
    this.k = k;
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /** True for rows of whole steps. */
  static boolean supports(int k) {
    return k > 0 && k % STEP == 0;
  }

  /** y[r] = w[r] · x for {@code rows} rows, one behind the other. */
  void run(long w, int rows, long x, long y) {
    int streams = rows / 4;
    if (streams > 0) {
      four.call(w, 2L * k * streams, x, y, streams, 4L * streams);
    }
    int rest = rows - 4 * streams;
    if (rest > 0) {
      one.call(w + 8L * k * streams, 0, x, y + 16L * streams, rest, 0);
    }
  }

  /** Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes of y likewise. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    Label row = a.here();
    for (int i = 0; i < 2 * rows; i++) {
      a.vpxor(ymm(i), ymm(i), ymm(i));
    }
    a.mov(Gpr.R12, Gpr.RDX);
    a.mov(Gpr.RAX, k / STEP);
    Label step = a.here();
    for (int i = 0; i < 2; i++) {
      a.vmovups(X[i], Mem.at(Gpr.R12, 32 * i));
    }
    for (int r = 0; r < rows; r++) {
      a.prefetcht0(Mem.at(ROWS[r], ShortRows.PREFETCH));
      for (int i = 0; i < 2; i++) {
        a.vcvtph2ps(W, Mem.at(ROWS[r], 16 * i));
        a.vfmadd231ps(ymm(2 * r + i), W, X[i]);
      }
      a.add(ROWS[r], 2 * STEP);
    }
    a.add(Gpr.R12, 4 * STEP);
    a.sub(Gpr.RAX, 1);
    a.jnz(step);
    a.mov(Gpr.RAX, Gpr.RCX);
    for (int r = 0; r < rows; r++) {
      a.vaddps(ymm(2 * r), ymm(2 * r), ymm(2 * r + 1));
      Lanes.sum(a, ymm(2 * r), W);
      a.vmovss(Mem.at(Gpr.RAX, 0), ymm(2 * r));
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
}
