package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of weight rows with one row of activations ({@link RowForm}), rows of one length. Four
 * rows go side by side: they share the loads of activations, and as they lie far apart each is a
 * stream of its own to the memory's prefetchers. Weights are read as they lie in the file.
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

  private static final int UNIT_SCALES = 14;
  private static final int LOWER = 2; // mask register of the lower half

  /** The four rows, the x they meet, and what is left to do. */
  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};

  private static final Gpr X = Gpr.R12;
  private static final Gpr X_BY_GROUP = Gpr.R13;
  private static final Gpr UNITS = Gpr.R14;

  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};

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
    a.mov(Gpr.RAX, 0x00FF);
    a.kmovd(LOWER, Gpr.RAX);
    block.constants(a);
    Zmm offset = zmm(31);
    boolean units = block.chunks() > 1;
    long sums = RowForm.unitsAt(k) + (block.group() == 16 ? RowForm.SUMS16 : RowForm.SUMS32);
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
    if (units) {
      a.lea(X_BY_GROUP, Mem.at(Gpr.RDX, sums));
    }
    a.mov(UNITS, k / 64 / block.chunks());
    Label unit = a.here();
    for (int r = 0; units && r < rows; r++) {
      begin(a, r);
    }
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < block.unitBytes(); ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], PREFETCH + ahead));
      }
    }
    for (int c = 0; c < block.chunks(); c++) {
      long x = (long) RowForm.CHUNK_BYTES * c;
      a.vmovups(HI, Mem.at(X, x));
      a.vmovups(LO, Mem.at(X, x + RowForm.LO));
      if (!units) {
        a.vmovups(X_SCALES, Mem.at(X, x + RowForm.SCALES));
        a.vmovups(X_SUMS, Mem.at(X, x + RowForm.SUMS));
      }
      for (int r = 0; r < rows; r++) {
        chunk(a, r, c, offset);
      }
    }
    for (int r = 0; r < rows; r++) {
      a.add(ROWS[r], block.unitBytes());
    }
    a.add(X, (long) RowForm.CHUNK_BYTES * block.chunks());
    if (units) {
      a.add(X_BY_GROUP, RowForm.UNIT_BYTES);
    }
    a.sub(UNITS, 1);
    a.jnz(unit);
    a.mov(Gpr.RAX, Gpr.RCX);
    for (int r = 0; r < rows; r++) {
      Lanes.sum(a, zmm(r), DOT);
      a.vmovss(Mem.at(Gpr.RAX, 0), zmm(r));
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

  /** Scales of a unit, times those of the activations; what comes off is taken off at once. */
  private void begin(Assembler a, int r) {
    Zmm scales = zmm(UNIT_SCALES + r);
    block.begin(a, ROWS[r], scales);
    Mem sums = Mem.at(X_BY_GROUP, 0);
    Zmm total = block.group() == 16 ? zmm(r) : zmm(r).merge(LOWER);
    a.vfnmadd231ps(total, BlockCode.MINS, sums);
    a.vmulps(scales, scales, sums.plus(64));
  }

  /** acc[r] += scale · Σ q v, four values a lane, and what comes off per chunk. */
  private void chunk(Assembler a, int r, int c, Zmm offset) {
    Zmm unitScales = zmm(UNIT_SCALES + r);
    block.weights(a, ROWS[r], c);
    a.vpxord(DOT, DOT, DOT);
    a.vpdpbusd(DOT, BlockCode.W, HI);
    a.vpslld(DOT, DOT, 8);
    a.vpdpbusd(DOT, BlockCode.W, LO);
    a.vcvtdq2ps(DOT, DOT);
    if (block.chunks() == 1) {
      a.vmulps(DOT, DOT, X_SCALES);
      if (block.offset() != 0) {
        a.vfnmadd231ps(DOT, X_SUMS, offset);
      } else {
        block.mins(a, ROWS[r], c, unitScales, MIN);
        a.vfmadd231ps(zmm(r), MIN, X_SUMS);
      }
    }
    block.scales(a, ROWS[r], c, unitScales, SCALE);
    a.vfmadd231ps(zmm(r), DOT, SCALE);
  }
}
