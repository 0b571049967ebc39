package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

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

  private static final Zmm CHUNK_SCALE = zmm(9);
  private static final Zmm CHUNK_DOT = zmm(31);
  private static final int LOWER = 2; // mask register of the lower half

  private static final Gpr X = Gpr.R12;
  private static final Gpr Y_STREAM = Gpr.R13;
  private static final Gpr UNITS = Gpr.R14;
  private static final Gpr CHUNK = Gpr.RSI; // free once the streams are known
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
    Quads quads = block instanceof Nibbles32 plain && plain.isPlain() ? new Quads(a, plain) : null;
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
      if (together == null) {
        begin(a, ROWS[r], scales(r));
      }
      if (quads != null) {
        quads.values(ROWS[r], VALUES);
      } else if (block.order() == UnitOrder.BLOCKS) {
        block.blocks(a, ROWS[r], VALUES);
      } else if (!block.quarters(a, ROWS[r], VALUES)) {
        chunks(a, ROWS[r]);
      }
      a.add(ROWS[r], unitBytes());
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

  /** Scales in the lanes of the block's order, and what comes off. */
  private void begin(Assembler a, Gpr p, Zmm scales) {
    if (block.chunks() == 1) {
      block.begin8(a, p, scales);
      return;
    }
    block.begin(a, p, scales);
    if (block.order() == UnitOrder.BLOCKS) {
      a.vmovups(BlockCode.T1, BlockCode.lanes(a, i -> i / 2 % 2 * 8 + i / 4));
      a.vpermps(scales, BlockCode.T1, scales);
    }
  }

  private void chunks(Assembler a, Gpr p) {
    for (int c = 0; c < 4; c++) {
      if (block.chunks() == 1) { // a chunk is all that such a block knows
        a.lea(CHUNK, Mem.at(p, (long) c * block.unitBytes()));
        block.weights(a, CHUNK, 0);
      } else {
        block.weights(a, p, c);
      }
      a.vmovups(VALUES[c], BlockCode.W);
    }
    block.order().arrange(a, VALUES, TEMPORARY);
  }

  /**
   * total += s · scale · Σ q v, 16 values a lane, and what comes off, of {@code count} tokens from
   * {@code first} on.
   */
  private void products(Assembler a, Totals totals, int r, int first, int count) {
    if (block.order() == UnitOrder.CHUNKS) {
      chunkSums(a, r, first, count);
    } else {
      unitSums(a, r, first, count);
    }
    boolean by16 = block.group() == 16;
    for (int i = 0; i < count; i++) {
      int t = first + i;
      Zmm total = totals.begin(r, t);
      if (!(block instanceof Scales6)) {
        Mem sums = x(t, by16 ? UnitForm.SUMS16 : UnitForm.SUMS32);
        a.vfnmadd231ps(by16 ? total : total.merge(LOWER), BlockCode.MINS, sums);
      }
      a.vfmadd231ps(total, dot(i), x(t, UnitForm.SCALE).all());
      totals.end(r, t);
    }
  }

  /** scale · Σ q v of lanes that are one sum. */
  private void unitSums(Assembler a, int r, int first, int count) {
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
    for (int i = 0; i < count; i++) {
      a.vcvtdq2ps(dot(i), dot(i));
      a.vmulps(dot(i), dot(i), scales(r));
    }
  }

  /** The same of lanes that are a sum for each chunk. */
  private void chunkSums(Assembler a, int r, int first, int count) {
    for (int c = 0; c < 4; c++) {
      a.vpermilps(CHUNK_SCALE, scales(r), 0x55 * c);
      for (int i = 0; i < count; i++) {
        Zmm dot = c == 0 ? dot(i) : CHUNK_DOT;
        Mem x = x(first + i, (long) UnitForm.REGISTER_BYTES * c);
        a.vpxord(dot, dot, dot);
        a.vpdpbusd(dot, VALUES[c], x);
        a.vpslld(dot, dot, 8);
        a.vpdpbusd(dot, VALUES[c], x.plus(UnitForm.LO));
        a.vcvtdq2ps(dot, dot);
        if (c == 0) {
          a.vmulps(dot, dot, CHUNK_SCALE);
        } else {
          a.vfmadd231ps(dot(i), dot, CHUNK_SCALE);
        }
      }
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
