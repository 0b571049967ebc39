package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Products of weight tiles ({@link TileRows}) and token tiles ({@link TileTokens}) over one block
 * of columns. Two tiles of rows meet two of tokens: four loads for four products. Sums are tiles in
 * memory, {@link #SUM_ROWS} tiles of rows for each tile of tokens, from block to block of columns.
 */
final class TileProducts {
  /** Tiles of rows that a block has at most: 256 rows, from the second cache (a prototype in C). */
  static final int SUM_ROWS = 16;

  private static final Gpr[] SAVED = {
    Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15,
  };

  private final Tiles tiles;
  private final TileSplit split;
  private final int k;
  private final Code[][] code = new Code[2][2];

  TileProducts(Tiles tiles, TileSplit split, int k) {
    this.tiles = tiles;
    this.split = split;
    this.k = k;
    for (int r = 1; r <= 2; r++) {
      for (int t = 1; t <= 2; t++) {
        code[r - 1][t - 1] = assemble(r, t);
      }
    }
  }

  /** Bytes of the sums of {@code tokens} tiles of tokens. */
  static long sumBytes(int tokens) {
    return (long) tokens * SUM_ROWS * Tiles.BYTES;
  }

  /**
   * Adds to the sums, or begins them.
   *
   * @param w tiles of rows
   * @param x the tiles of tokens, at the first tile of the block's columns
   * @param rows tiles of rows
   * @param tokens tiles of tokens
   * @param columns of the block
   * @param first true: sums begin at 0
   */
  void run(long w, long x, long sums, int rows, int tokens, int columns, boolean first) {
    int evenRows = rows & -2;
    int evenTokens = tokens & -2;
    for (int r = 0; r < rows; r += Math.max(2, evenRows)) {
      int tall = r < evenRows ? 2 : 1;
      for (int t = 0; t < tokens; t += Math.max(2, evenTokens)) {
        int wide = t < evenTokens ? 2 : 1;
        code[tall - 1][wide - 1].call(
            w + r * rowBytes(),
            x + t * tokenBytes(),
            sums + ((long) t * SUM_ROWS + r) * Tiles.BYTES,
            tall == 2 ? evenRows / 2 : 1,
            wide == 2 ? evenTokens / 2 : 1,
            columns / 32 << 1 | (first ? 1 : 0));
      }
    }
  }

  private long rowBytes() {
    return (long) split.weights() * TileRows.PART_BYTES;
  }

  private long tokenBytes() {
    return split.activations() * TileTokens.partBytes(k);
  }

  /** Arguments: w, x, sums, steps over rows, steps over tokens, 2 · tiles of columns + first. */
  private Code assemble(int tall, int wide) {
    Assembler a = new Assembler();
    a.save(SAVED);
    tiles.begin(a);
    Gpr w = Gpr.R10;
    Gpr sums = Gpr.R11;
    Gpr rowsLeft = Gpr.RAX;
    Gpr wk = Gpr.RBX;
    Gpr xk = Gpr.R12;
    Gpr columnsLeft = Gpr.R13;
    Label tokens = a.here();
    a.mov(w, Gpr.RDI);
    a.mov(sums, Gpr.RDX);
    a.mov(rowsLeft, Gpr.RCX);
    Label rows = a.here();
    begin(a, sums, tall, wide);
    a.mov(wk, w);
    a.mov(xk, Gpr.RSI);
    a.mov(columnsLeft, Gpr.R9);
    a.shr(columnsLeft, 1);
    Label columns = a.here();
    for (TileSplit.Pair pair : split.products()) {
      for (int r = 0; r < tall; r++) {
        tiles.load(
            a, rowTile(r), Mem.at(wk, r * rowBytes() + (long) pair.weight() * TileRows.PART_BYTES));
        for (int t = 0; t < wide; t++) {
          if (r == 0) {
            long part = pair.activation() * TileTokens.partBytes(k);
            tiles.load(a, tokenTile(t), Mem.at(xk, t * tokenBytes() + part));
          }
          tiles.products(a, sumTile(r, t), rowTile(r), tokenTile(t));
        }
      }
    }
    a.add(wk, Tiles.BYTES);
    a.add(xk, Tiles.BYTES);
    a.sub(columnsLeft, 1);
    a.jnz(columns);
    for (int r = 0; r < tall; r++) {
      for (int t = 0; t < wide; t++) {
        tiles.store(a, sum(sums, r, t), sumTile(r, t));
      }
    }
    a.add(w, tall * rowBytes());
    a.add(sums, (long) tall * Tiles.BYTES);
    a.sub(rowsLeft, 1);
    a.jnz(rows);
    a.add(Gpr.RSI, wide * tokenBytes());
    a.add(Gpr.RDX, sumBytes(wide));
    a.sub(Gpr.R8, 1);
    a.jnz(tokens);
    tiles.end(a);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  private void begin(Assembler a, Gpr sums, int tall, int wide) {
    Label more = new Label();
    Label ready = new Label();
    Gpr first = Gpr.R14;
    a.mov(first, Gpr.R9);
    a.shl(first, 63);
    a.cmp(first, 0);
    a.jz(more);
    for (int r = 0; r < tall; r++) {
      for (int t = 0; t < wide; t++) {
        tiles.zero(a, sumTile(r, t));
      }
    }
    a.cmp(first, 0);
    a.jnz(ready);
    a.bind(more);
    for (int r = 0; r < tall; r++) {
      for (int t = 0; t < wide; t++) {
        tiles.load(a, sumTile(r, t), sum(sums, r, t));
      }
    }
    a.bind(ready);
  }

  private static Mem sum(Gpr sums, int r, int t) {
    return Mem.at(sums, ((long) t * SUM_ROWS + r) * Tiles.BYTES);
  }

  private static int sumTile(int r, int t) {
    return 2 * r + t;
  }

  private static int rowTile(int r) {
    return 4 + r;
  }

  private static int tokenTile(int t) {
    return 6 + t;
  }

  /** Sums of one tile of tokens, a row of lanes per token, to y. */
  static final class Output {
    private final Code code = assemble();

    /**
     * y[t, r] of the sums at {@code sums}.
     *
     * @param ldy bytes from token to token
     * @param rows of weights
     * @param tokens up to 16
     */
    void run(long sums, long y, long ldy, int rows, int tokens) {
      int whole = rows / TileRows.ROWS;
      int rest = rows % TileRows.ROWS;
      if (whole > 0) {
        code.call(sums, y, ldy, whole, tokens, 0xFFFF);
      }
      if (rest > 0) {
        long at = (long) whole * Tiles.BYTES;
        code.call(sums + at, y + 64L * whole, ldy, 1, tokens, (1 << rest) - 1);
      }
    }

    private static Code assemble() {
      Assembler a = new Assembler();
      int valid = 1; // mask register
      a.kmovd(valid, Gpr.R9);
      Label tile = a.here();
      Transpose.emit(a, Mem.at(Gpr.RDI, 0));
      Label done = new Label();
      a.mov(Gpr.R10, Gpr.RSI);
      for (int t = 0; t < TileTokens.TOKENS; t++) {
        a.vmovups(Mem.at(Gpr.R10, 0), zmm(t).merge(valid));
        a.cmp(Gpr.R8, t + 1);
        a.jz(done);
        a.add(Gpr.R10, Gpr.RDX);
      }
      a.bind(done);
      a.add(Gpr.RDI, Tiles.BYTES);
      a.add(Gpr.RSI, 64);
      a.sub(Gpr.RCX, 1);
      a.jnz(tile);
      a.vzeroupper();
      a.ret();
      return new Code(a);
    }
  }
}
