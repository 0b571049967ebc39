package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

import dev.jora.tensor.GgmlType;

/**
 * Up to 16 weight rows and {@link #COLUMNS} columns of them as tiles of bfloat16 for {@link
 * TileProducts}: a tile is 16 rows of 32 values as they follow each other, so nothing is
 * transposed. Tiles of the same part ({@link TileSplit}) lie in the order of their columns.
 */
final class TileRows {
  /** Rows of a tile. */
  static final int ROWS = 16;

  /**
   * Columns that are unpacked at a time: with 256 the tiles of 32 tokens stay in the first cache
   * while weights come from the second (a prototype in C; 128 were a third slower).
   */
  static final int COLUMNS = 256;

  /** Values of a chunk: two tiles. */
  private static final int CHUNK = 64;

  /** Bytes of all tiles of one part. */
  static final int PART_BYTES = COLUMNS / 32 * Tiles.BYTES;

  private static final Zmm SCALE = zmm(7);
  private static final Zmm MIN = zmm(9);
  private static final Zmm UNIT_SCALES = zmm(14);
  private static final Zmm SPREAD_SCALE = zmm(10);
  private static final Zmm SPREAD_MIN = zmm(11);
  private static final Zmm T = zmm(12);
  private static final Zmm LESS = zmm(31);

  private static final Gpr P = Gpr.R10;
  private static final Gpr OUT = Gpr.R11;
  private static final Gpr LEFT = Gpr.R12;
  private static final Gpr[] SAVED = {Gpr.RBP, Gpr.R12, Gpr.R15};

  private final GgmlType type;
  private final Code code;

  TileRows(GgmlType type) {
    this.type = type;
    this.code = assemble();
  }

  /** Bytes of a tile of 16 rows with all its parts and columns. */
  static int bytes(GgmlType type) {
    return TileSplit.of(type).weights() * PART_BYTES;
  }

  /** Unpacks {@code columns}, at most {@link #COLUMNS}, of rows {@code stride} bytes apart. */
  void unpack(long w, long stride, int rows, int columns, long out) {
    code.call(w, stride, rows, columns / unit(), out, 0);
  }

  /** Values that are read at a time. */
  private int unit() {
    BlockCode block = BlockCodes.find(type);
    return block == null ? CHUNK : CHUNK * block.chunks();
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.save(SAVED);
    BlockCode block = BlockCodes.find(type);
    if (block != null) {
      BlockCode.masks(a);
      block.constants(a);
      if (block.offset() != 0) {
        a.vpbroadcastd(LESS, a.constant((256 - block.offset() & 255) * 0x01010101));
      }
    }
    Label row = a.here();
    a.mov(P, Gpr.RDI);
    a.mov(OUT, Gpr.R8);
    a.mov(LEFT, Gpr.RCX);
    Label unit = a.here();
    if (block != null) {
      block.begin(a, P, UNIT_SCALES);
    }
    for (int c = 0; c < unit() / CHUNK; c++) {
      Mem out = Mem.at(OUT, 2L * Tiles.BYTES * c);
      switch (type) {
        case F16 -> halves(a, out);
        case BF16 -> copy(a, out);
        default -> chunk(a, block, c, out);
      }
    }
    a.add(P, type.rowBytes(unit()));
    a.add(OUT, (long) unit() / 32 * Tiles.BYTES);
    a.sub(LEFT, 1);
    a.jnz(unit);
    a.add(Gpr.RDI, Gpr.RSI);
    a.add(Gpr.R8, 64);
    a.sub(Gpr.RDX, 1);
    a.jnz(row);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  private static void copy(Assembler a, Mem out) {
    for (int half = 0; half < 2; half++) {
      a.vmovups(zmm(0), Mem.at(P, 64 * half));
      a.vmovups(out.plus((long) Tiles.BYTES * half), zmm(0));
    }
  }

  private static void halves(Assembler a, Mem out) {
    for (int half = 0; half < 2; half++) {
      Mem to = out.plus((long) Tiles.BYTES * half);
      a.vcvtph2ps(zmm(0), Mem.at(P, 64 * half));
      a.vcvtph2ps(zmm(1), Mem.at(P, 64 * half + 32));
      Bf16.round(a, zmm(2), zmm(0), zmm(1));
      a.vmovups(to, zmm(2));
      Bf16.rest(a, zmm(2), zmm(0), zmm(1), zmm(3));
      a.vmovups(to.plus(PART_BYTES), zmm(2));
    }
  }

  private static void chunk(Assembler a, BlockCode block, int c, Mem out) {
    block.weights(a, P, c);
    boolean offset = block.offset() != 0;
    if (offset) {
      a.vpaddb(BlockCode.W, BlockCode.W, LESS);
    }
    block.scales(a, P, c, UNIT_SCALES, SCALE);
    if (!offset) {
      block.mins(a, P, c, UNIT_SCALES, MIN);
    }
    for (int part = 0; part < 4; part++) {
      // A quarter of the lanes of scales is for 16 values, and all alike there.
      if (16 * part % block.group() == 0) {
        a.vshufi32x4(SPREAD_SCALE, SCALE, SCALE, 0x55 * part);
        if (!offset) {
          a.vshufi32x4(SPREAD_MIN, MIN, MIN, 0x55 * part);
        }
      }
      Zmm value = zmm(part);
      a.vextracti32x4(T, BlockCode.W, part);
      if (offset) {
        a.vpmovsxbd(value, T);
        a.vcvtdq2ps(value, value);
        a.vmulps(value, value, SPREAD_SCALE);
      } else {
        a.vpmovzxbd(value, T);
        a.vcvtdq2ps(value, value);
        a.vfmadd213ps(value, SPREAD_SCALE, SPREAD_MIN);
      }
    }
    for (int half = 0; half < 2; half++) {
      Bf16.round(a, T, zmm(2 * half), zmm(2 * half + 1));
      a.vmovups(out.plus((long) Tiles.BYTES * half), T);
    }
  }
}
