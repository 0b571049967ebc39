package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of weight rows of units of 256 values with one row of activations ({@link UnitForm}):
 * blocks of 256 values, or eight plain ones of 32. What {@link RowProducts} is for other blocks and
 * lengths. The scales of a unit are read at once, and what times sums of activations comes off is
 * taken off at once.
 */
final class UnitProducts {
  private static final Zmm SCALE = zmm(7);
  private static final Zmm DOT = zmm(8);
  private static final Zmm HI = zmm(10);
  private static final Zmm LO = zmm(11);
  private static final int LOWER = 2; // mask register of the lower half

  private static final Gpr X = Gpr.R12;
  private static final Gpr UNITS = Gpr.R14;
  private static final Gpr[] ROWS = RowProducts.ROWS;
  private static final Gpr[] SAVED = RowProducts.SAVED;

  private final BlockCode block;
  private final int k;
  private final Code one;
  private final Code four;

  UnitProducts(BlockCode block, int k) {
    this.block = block;
    this.k = k;
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /** y[r] = w[r] · x for {@code rows} rows; the rows lie {@code rowBytes} apart. */
  void run(long w, long rowBytes, int rows, long x, long y) {
    RowProducts.run(one, four, w, rowBytes, rows, x, y);
  }

  /** True if rows of k values of this type are made of units. */
  static boolean supports(BlockCode block, int k) {
    return k % 256 == 0
        && (block.chunks() > 1 || block instanceof Nibbles32 nibbles && nibbles.isPlain());
  }

  private int unitBytes() {
    return block.type.blockBytes() * 256 / block.type.blockSize();
  }

  private static Zmm total(int r) {
    return zmm(r);
  }

  private static Zmm scales(int r) {
    return zmm(14 + r);
  }

  /** Arguments as in {@link RowProducts}. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    BlockCode.masks(a);
    a.mov(Gpr.RAX, 0x00FF);
    a.kmovd(LOWER, Gpr.RAX);
    block.constants(a);
    Scales6Rows together = block instanceof Scales6 ? new Scales6Rows(a, rows) : null;
    Quads quads = block instanceof Nibbles32 nibbles ? new Quads(a, nibbles) : null;
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    Label row = a.here();
    for (int r = 0; r < rows; r++) {
      a.vpxord(total(r), total(r), total(r));
    }
    if (together != null) {
      together.clear();
    }
    a.mov(X, Gpr.RDX);
    a.mov(UNITS, k / 256);
    Label unit = a.here();
    if (together != null) {
      together.begin(ROWS, X, UnitProducts::scales);
    }
    for (int r = 0; together == null && r < rows; r++) {
      if (quads != null) {
        quads.begin(ROWS[r], X, scales(r), total(r), LOWER);
      } else {
        begin(a, r);
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < unitBytes(); ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], RowProducts.PREFETCH + ahead));
      }
    }
    for (int q = 0; quads != null && q < 2; q++) {
      quads.activations(X, q);
      for (int r = 0; r < rows; r++) {
        quads.products(ROWS[r], q, scales(r), total(r));
      }
    }
    for (int c = 0; quads == null && c < 4; c++) {
      Mem x = Mem.at(X, (long) UnitForm.CHUNK_BYTES * c);
      a.vmovups(HI, x);
      a.vmovups(LO, x.plus(UnitForm.LO));
      for (int r = 0; r < rows; r++) {
        chunk(a, r, c);
      }
    }
    for (int r = 0; r < rows; r++) {
      a.add(ROWS[r], unitBytes());
    }
    a.add(X, UnitForm.BYTES);
    a.sub(UNITS, 1);
    a.jnz(unit);
    for (int r = 0; together != null && r < rows; r++) {
      together.takeOff(r, total(r), DOT);
    }
    RowProducts.store(a, rows, DOT);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** Scales of a unit, times that of the activations; what comes off is taken off. */
  private void begin(Assembler a, int r) {
    block.begin(a, ROWS[r], scales(r));
    boolean by16 = block.group() == 16;
    Mem sums = Mem.at(X, by16 ? UnitForm.SUMS16 : UnitForm.SUMS32);
    a.vfnmadd231ps(by16 ? total(r) : total(r).merge(LOWER), BlockCode.MINS, sums);
    a.vmulps(scales(r), scales(r), Mem.at(X, UnitForm.SCALE).all());
  }

  /** total += scale · Σ q v, four values a lane. */
  private void chunk(Assembler a, int r, int c) {
    block.weights(a, ROWS[r], c);
    a.vpxord(DOT, DOT, DOT);
    a.vpdpbusd(DOT, BlockCode.W, HI);
    a.vpslld(DOT, DOT, 8);
    a.vpdpbusd(DOT, BlockCode.W, LO);
    a.vcvtdq2ps(DOT, DOT);
    block.scales(a, ROWS[r], c, scales(r), SCALE);
    a.vfmadd231ps(total(r), DOT, SCALE);
  }
}
