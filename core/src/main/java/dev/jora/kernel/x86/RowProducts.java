package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Products of weight rows of 32-value blocks with one row of activations or a few ({@link
 * RowForm}), rows of one length. Four rows go side by side: they share the loads of activations,
 * and as they lie far apart each is a stream of its own to the memory's prefetchers. Weights are
 * read as they lie in the file, once for all tokens, each of which meets them in the same
 * operations as if it were alone.
 */
final class RowProducts {
  private static final Zmm SCALE = zmm(14);
  private static final Zmm DOT = zmm(8);
  private static final Zmm MIN = zmm(9);
  private static final Zmm OFFSET = zmm(31);

  /** The activations of a chunk, if there is one token: hi, lo, scales and sums. */
  private static final Zmm[] ALONE = {zmm(10), zmm(11), zmm(12), zmm(13)};

  /**
   * Bytes that memory is asked for ahead of a row: on Intel 10 to 30 % of decode (a prototype in
   * C); on Zen 4, whose own prefetchers keep up, within noise. docs/kernels.md.
   */
  static final int PREFETCH = 2304;

  /** The four rows, the x they meet, and what is left to do. */
  static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};

  private static final Gpr X = Gpr.R12;
  private static final Gpr Y_STREAM = Gpr.R13;
  private static final Gpr CHUNKS = Gpr.R14;

  static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};

  private final BlockCode block;
  private final int k;
  private final int tokens;
  private final Code one;
  private final Code four;

  RowProducts(BlockCode block, int k, int tokens) {
    this.block = block;
    this.k = k;
    this.tokens = tokens;
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /**
   * y[t, r] = w[r] · x[t] for {@code rows} rows.
   *
   * @param rowBytes from row to row
   * @param ldy bytes from token to token
   */
  void run(long w, long rowBytes, int rows, long x, long y, long ldy) {
    run(one, four, w, rowBytes, rows, x, y, ldy);
  }

  /** Rows by code for four side by side, and what is left by code for one. */
  static void run(Code one, Code four, long w, long rowBytes, int rows, long x, long y, long ldy) {
    int streams = rows / 4;
    if (streams > 0) {
      four.call(w, rowBytes * streams, x, y, streams, ldy);
    }
    int rest = rows - 4 * streams;
    if (rest > 0) {
      one.call(w + rowBytes * 4 * streams, 0, x, y + 16L * streams, rest, ldy);
    }
  }

  /** The first rows of all streams into {@link #ROWS}; bytes of y from one to the next into r13. */
  static void streams(Assembler a, int rows) {
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    a.mov(Gpr.R13, Gpr.R8);
    a.shl(Gpr.R13, 2);
  }

  /**
   * Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes from token to token.
   */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    Totals totals = new Totals(a, rows, tokens, 0);
    a.save(SAVED);
    totals.enter();
    BlockCode.masks(a);
    block.constants(a);
    if (block.offset() != 0) {
      a.vbroadcastss(OFFSET, a.constant(Float.floatToRawIntBits(block.offset())));
    }
    streams(a, rows);
    Label row = a.here();
    totals.clear();
    a.mov(X, Gpr.RDX);
    a.mov(CHUNKS, k / 64);
    Label chunk = a.here();
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < block.unitBytes(); ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], PREFETCH + ahead));
      }
    }
    for (int i = 0; tokens == 1 && i < ALONE.length; i++) {
      a.vmovups(ALONE[i], Mem.at(X, 64 * i));
    }
    for (int r = 0; r < rows; r++) {
      chunk(a, totals, r);
      a.add(ROWS[r], block.unitBytes());
    }
    a.add(X, (long) RowForm.CHUNK_BYTES * tokens);
    a.sub(CHUNKS, 1);
    a.jnz(chunk);
    totals.store(Gpr.RCX, Y_STREAM, Gpr.R9);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    totals.leave();
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** total += scale · (Σ q v − offset Σ v) or + min · Σ v, four values a lane, of all tokens. */
  private void chunk(Assembler a, Totals totals, int r) {
    Zmm none = zmm(0); // blocks of 32 values have no scales of units
    if (block.offset() == 0) {
      block.mins(a, ROWS[r], 0, none, MIN);
    }
    block.scales(a, ROWS[r], 0, none, SCALE);
    block.weights(a, ROWS[r], 0);
    for (int t = 0; t < tokens; t++) {
      a.vpxord(DOT, DOT, DOT);
      a.vpdpbusd(DOT, BlockCode.W, x(t, 0));
      a.vpslld(DOT, DOT, 8);
      a.vpdpbusd(DOT, BlockCode.W, x(t, RowForm.LO));
      a.vcvtdq2ps(DOT, DOT);
      a.vmulps(DOT, DOT, x(t, RowForm.SCALES));
      Zmm total = totals.begin(r, t);
      if (block.offset() != 0) {
        a.vfnmadd231ps(DOT, OFFSET, x(t, RowForm.SUMS));
      } else {
        a.vfmadd231ps(total, MIN, x(t, RowForm.SUMS));
      }
      a.vfmadd231ps(total, DOT, SCALE);
      totals.end(r, t);
    }
  }

  /** What a chunk of a token has at a place: all rows of a single one find it in registers. */
  private Operand x(int token, int at) {
    return tokens == 1 ? ALONE[at / 64] : Mem.at(X, (long) RowForm.CHUNK_BYTES * token + at);
  }
}
