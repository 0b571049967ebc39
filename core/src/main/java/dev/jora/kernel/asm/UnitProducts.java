package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * Products of weight rows of units of 256 values with one row of activations or a few ({@link
 * UnitForm}): blocks of 256 values, or eight of 32. What {@link RowProducts} is for other lengths.
 * A unit of weights is read once and meets all tokens, each in the same operations as if it were
 * alone.
 */
final class UnitProducts {
  /** A unit of weights, in its order. */
  private static final Zmm[] VALUES = {zmm(10), zmm(11), zmm(12), zmm(13)};

  private static final Zmm[] TEMPORARY = {zmm(4), zmm(5), zmm(6), zmm(8)};

  /** Integer sums of tokens that grow side by side: none of them waits for its last product. */
  private static final Zmm[] DOTS = {
    zmm(0), zmm(1), zmm(2), zmm(3), zmm(4), zmm(5), zmm(6), zmm(8)
  };

  private static final int LOWER = 2; // mask register of the lower half

  private static final Gpr X = Gpr.R12;
  private static final Gpr Y_STREAM = Gpr.R13;
  private static final Gpr UNITS = Gpr.R14;
  private static final Gpr[] ROWS = RowProducts.ROWS;
  private static final Gpr[] SAVED = RowProducts.SAVED;

  private final BlockCode block;
  private final int k;
  private final int tokens;
  private final Code one;
  private final Code four;

  UnitProducts(BlockCode block, int k, int tokens) {
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
    RowProducts.run(one, four, w, rowBytes, rows, x, y, ldy);
  }

  /** True if rows of k values of this type are made of units. */
  static boolean supports(BlockCode block, int k) {
    return k % 256 == 0 && block.divides(k);
  }

  private static boolean isQuads(BlockCode block) {
    return block instanceof Nibbles32 nibbles && nibbles.isPlain();
  }

  /** The order in which units of this type are read. */
  static UnitOrder order(BlockCode block) {
    return block instanceof Scales6 || isQuads(block) ? UnitOrder.BLOCKS : UnitOrder.QUARTERS;
  }

  private int unitBytes() {
    return block.type.blockBytes() * 256 / block.type.blockSize();
  }

  private static Zmm scales(int r) {
    return zmm(14 + r);
  }

  /** Arguments as in {@link RowProducts}. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    Totals totals = new Totals(a, rows, tokens, tokens);
    a.save(SAVED);
    totals.enter();
    BlockCode.masks(a);
    a.mov(Gpr.RAX, 0x00FF);
    a.kmovd(LOWER, Gpr.RAX);
    block.constants(a);
    Scales6Rows together =
        block instanceof Scales6 ? new Scales6Rows(a, rows, tokens, totals) : null;
    Quads quads = isQuads(block) ? new Quads(a, (Nibbles32) block) : null;
    RowProducts.streams(a, rows);
    Label row = a.here();
    totals.clear();
    if (together != null) {
      together.clear();
    }
    a.mov(X, Gpr.RDX);
    a.mov(UNITS, k / 256);
    Label unit = a.here();
    if (together != null) {
      together.begin(ROWS, X, UnitProducts::scales);
    }
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < unitBytes(); ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], RowProducts.PREFETCH + ahead));
      }
    }
    for (int r = 0; r < rows; r++) {
      if (block.chunks() == 1) {
        block.begin8(a, ROWS[r], order(block), scales(r));
      } else if (together == null) {
        block.begin(a, ROWS[r], scales(r));
      }
      if (quads != null) {
        quads.values(ROWS[r], VALUES);
        a.add(ROWS[r], unitBytes());
      } else if (together != null) {
        ((Scales6) block).values(a, ROWS[r], VALUES);
        a.add(ROWS[r], unitBytes());
      } else {
        values(a, ROWS[r]);
      }
      for (int t = 0; t < tokens; t += DOTS.length) {
        products(a, totals, r, t, Math.min(DOTS.length, tokens - t));
      }
    }
    a.add(X, (long) UnitForm.BYTES * tokens);
    a.sub(UNITS, 1);
    a.jnz(unit);
    for (int r = 0; together != null && r < rows; r++) {
      for (int t = 0; t < tokens; t++) {
        together.takeOff(r, t);
      }
    }
    totals.store(Gpr.RCX, Y_STREAM, Gpr.R9);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    totals.leave();
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** The values of the unit at p, which goes on to the next. */
  private void values(Assembler a, Gpr p) {
    for (int c = 0; c < 4; c++) {
      block.weights(a, p, block.chunks() == 1 ? 0 : c);
      a.vmovups(VALUES[c], BlockCode.W);
      if (block.chunks() == 1) {
        a.add(p, block.unitBytes());
      }
    }
    if (block.chunks() > 1) {
      a.add(p, block.unitBytes());
    }
    UnitOrder.QUARTERS.arrange(a, VALUES, TEMPORARY);
  }

  /**
   * total += s · scale · Σ q v, 16 values a lane, and what comes off, of {@code count} tokens from
   * {@code first} on.
   */
  private void products(Assembler a, Totals totals, int r, int first, int count) {
    for (int i = 0; i < count; i++) {
      a.vpxord(dot(i), dot(i), dot(i));
    }
    for (int part = 0; part <= UnitForm.LO; part += UnitForm.LO) {
      for (int v = 0; v < 4; v++) {
        for (int i = 0; i < count; i++) {
          long at = (long) UnitForm.REGISTER_BYTES * v + part;
          a.vpdpbusd(dot(i), VALUES[v], x(first + i, at));
        }
      }
      for (int i = 0; part == 0 && i < count; i++) {
        a.vpslld(dot(i), dot(i), 8);
      }
    }
    boolean by16 = block.group() == 16;
    for (int i = 0; i < count; i++) {
      int t = first + i;
      a.vcvtdq2ps(dot(i), dot(i));
      a.vmulps(dot(i), dot(i), scales(r));
      Zmm total = totals.begin(r, t);
      if (!(block instanceof Scales6)) {
        Mem sums = x(t, by16 ? UnitForm.SUMS16 : UnitForm.SUMS32);
        a.vfnmadd231ps(by16 ? total : total.merge(LOWER), BlockCode.MINS, sums);
      }
      a.vfmadd231ps(total, dot(i), x(t, UnitForm.SCALE).all());
      totals.end(r, t);
    }
  }

  /**
   * The integer sums of a token: those of one alone must not be in registers 0 to 3, its totals.
   */
  private Zmm dot(int i) {
    return DOTS[tokens == 1 ? DOTS.length - 1 : i];
  }

  private static Mem x(int token, long at) {
    return Mem.at(X, (long) UnitForm.BYTES * token + at);
  }
}
