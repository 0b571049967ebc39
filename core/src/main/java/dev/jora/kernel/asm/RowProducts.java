package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of weight rows of 32-value blocks with one row of activations ({@link RowForm}), rows of
 * one length. Four rows go side by side: they share the loads of activations, and as they lie far
 * apart each is a stream of its own to the memory's prefetchers. Weights are read as they lie in
 * the file.
 */
final class RowProducts {
  private static final Zmm SCALE = zmm(7);
  private static final Zmm DOT = zmm(8);
  private static final Zmm MIN = zmm(9);
  private static final Zmm HI = zmm(10);
  private static final Zmm LO = zmm(11);
  private static final Zmm X_SCALES = zmm(12);
  private static final Zmm X_SUMS = zmm(13);

  /**
   * Bytes that memory is asked for ahead of a row: on Intel 10 to 30 % of decode (a prototype in
   * C); on Zen 4, whose own prefetchers keep up, within noise. docs/kernels.md.
   */
  static final int PREFETCH = 2304;

  /** The four rows, the x they meet, and what is left to do. */
  static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};

  private static final Gpr X = Gpr.R12;
  private static final Gpr CHUNKS = Gpr.R14;

  static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};

  private final BlockCode block;
  private final int k;
  private final Code one;
  private final Code four;

  RowProducts(BlockCode block, int k) {
    this.block = block;
    this.k = k;
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /** y[r] = w[r] · x for {@code rows} rows; the rows lie {@code rowBytes} apart. */
  void run(long w, long rowBytes, int rows, long x, long y) {
    run(one, four, w, rowBytes, rows, x, y);
  }

  /** Rows by code for four side by side, and what is left by code for one. */
  static void run(Code one, Code four, long w, long rowBytes, int rows, long x, long y) {
    int streams = rows / 4;
    if (streams > 0) {
      four.call(w, rowBytes * streams, x, y, streams, 4L * streams);
    }
    int rest = rows - 4 * streams;
    if (rest > 0) {
      one.call(w + rowBytes * 4 * streams, 0, x, y + 16L * streams, rest, 0);
    }
  }

  /** Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes of y likewise. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    BlockCode.masks(a);
    block.constants(a);
    Zmm offset = zmm(31);
    if (block.offset() != 0) {
      a.vbroadcastss(offset, a.constant(Float.floatToRawIntBits(block.offset())));
    }
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    Label row = a.here();
    for (int r = 0; r < rows; r++) {
      a.vpxord(zmm(r), zmm(r), zmm(r));
    }
    a.mov(X, Gpr.RDX);
    a.mov(CHUNKS, k / 64);
    Label chunk = a.here();
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < block.unitBytes(); ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], PREFETCH + ahead));
      }
    }
    a.vmovups(HI, Mem.at(X, 0));
    a.vmovups(LO, Mem.at(X, RowForm.LO));
    a.vmovups(X_SCALES, Mem.at(X, RowForm.SCALES));
    a.vmovups(X_SUMS, Mem.at(X, RowForm.SUMS));
    for (int r = 0; r < rows; r++) {
      chunk(a, r, offset);
      a.add(ROWS[r], block.unitBytes());
    }
    a.add(X, RowForm.CHUNK_BYTES);
    a.sub(CHUNKS, 1);
    a.jnz(chunk);
    store(a, rows, DOT);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** The sums of registers 0 to rows − 1 to y, which goes on to the next row. */
  static void store(Assembler a, int rows, Zmm t) {
    a.mov(Gpr.RAX, Gpr.RCX);
    for (int r = 0; r < rows; r++) {
      Lanes.sum(a, zmm(r), t);
      a.vmovss(Mem.at(Gpr.RAX, 0), zmm(r));
      if (r + 1 < rows) {
        a.add(Gpr.RAX, Gpr.R9);
      }
    }
    a.add(Gpr.RCX, 4);
  }

  /** acc[r] += scale · (Σ q v − offset Σ v) or + min · Σ v, four values a lane. */
  private void chunk(Assembler a, int r, Zmm offset) {
    Zmm none = zmm(0); // blocks of 32 values have no scales of units
    block.weights(a, ROWS[r], 0);
    a.vpxord(DOT, DOT, DOT);
    a.vpdpbusd(DOT, BlockCode.W, HI);
    a.vpslld(DOT, DOT, 8);
    a.vpdpbusd(DOT, BlockCode.W, LO);
    a.vcvtdq2ps(DOT, DOT);
    a.vmulps(DOT, DOT, X_SCALES);
    if (block.offset() != 0) {
      a.vfnmadd231ps(DOT, X_SUMS, offset);
    } else {
      block.mins(a, ROWS[r], 0, none, MIN);
      a.vfmadd231ps(zmm(r), MIN, X_SUMS);
    }
    block.scales(a, ROWS[r], 0, none, SCALE);
    a.vfmadd231ps(zmm(r), DOT, SCALE);
  }
}
