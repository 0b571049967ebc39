package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * Batch products on the tiles of AMX in bfloat16 ({@link TileSplit}). Blocks of 256 rows and 256
 * columns of weights are unpacked once for 512 tokens; their sums stay in the second cache, and
 * leave it when all columns are done.
 */
public final class AmxProducts implements BatchProducts {
  /** Tiles of tokens whose sums are kept at a time: half a megabyte for 256 rows. */
  private static final int TOKEN_TILES = 32;

  private static final int ROWS = TileRows.ROWS * TileProducts.SUM_ROWS;

  private record Tokens(int parts, int count) {}

  private record Shape(TileSplit split, int k) {}

  private final Tiles tiles;
  private final Map<GgmlType, TileRows> rowForms = new ConcurrentHashMap<>();
  private final Map<Tokens, TileTokens> tokenForms = new ConcurrentHashMap<>();
  private final Map<Shape, TileProducts> tileProducts = new ConcurrentHashMap<>();
  private final TileProducts.Output output = new TileProducts.Output();

  /** On this processor's tiles. */
  public AmxProducts() {
    this(Tiles.HARDWARE);
  }

  AmxProducts(Tiles tiles) {
    this.tiles = tiles;
  }

  /** Why this machine cannot run them, as the second half of a sentence, or null if it can. */
  public static String obstacle() {
    String vnni = VnniProducts.obstacle();
    if (vnni != null) {
      return vnni;
    }
    if (!CpuFeatures.detect().amxBf16()) {
      return "they need a processor with AMX for bfloat16";
    }
    if (!AmxPermission.GRANTED) {
      return "the system gives no AMX to this process";
    }
    return new AmxProducts().multiplies() ? null : "its tiles gave a wrong product";
  }

  /** True if a product of small whole numbers, which are exact in bfloat16, comes out right. */
  boolean multiplies() {
    int k = 64;
    int n = TileTokens.TOKENS;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(GgmlType.BF16.rowBytes(k) * TileRows.ROWS, 64);
      MemorySegment x = arena.allocate(4L * k * n, 64);
      for (int i = 0; i < k * TileRows.ROWS; i++) {
        int bits = Float.floatToRawIntBits(i % 7 - 3);
        w.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >> 16));
      }
      for (int i = 0; i < k * n; i++) {
        x.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 5 - 2);
      }
      MemorySegment group = arena.allocate(groupBytes(GgmlType.BF16, k, n), 64);
      prepareGroup(GgmlType.BF16, x.address(), 4L * k, k, n, 0, t -> true, group.address());
      MemorySegment y = arena.allocate(4L * TileRows.ROWS * n, 64);
      MemorySegment scratch = arena.allocate(scratchBytes(GgmlType.BF16, k, n), 64);
      products(
          GgmlType.BF16,
          k,
          w.address(),
          TileRows.ROWS,
          group.address(),
          n,
          y.address(),
          4L * TileRows.ROWS,
          scratch.address());
      boolean right = true;
      for (int t = 0; t < n; t++) {
        for (int r = 0; r < TileRows.ROWS; r++) {
          int sum = 0;
          for (int i = 0; i < k; i++) {
            sum += ((k * r + i) % 7 - 3) * ((k * t + i) % 5 - 2);
          }
          right &= y.getAtIndex(ValueLayout.JAVA_FLOAT, (long) t * TileRows.ROWS + r) == sum;
        }
      }
      return right;
    }
  }

  @Override
  public boolean supports(GgmlType type, int k) {
    BlockCode block = BlockCodes.find(type);
    return block != null ? block.divides(k) : TileSplit.of(type).activations() > 1 && k % 64 == 0;
  }

  @Override
  public Form groupForm(GgmlType type, int k) {
    return TileSplit.of(type).activations() == 1 ? Form.TILES : Form.SPLIT_TILES;
  }

  @Override
  public int groups(int n) {
    return (n + TileTokens.TOKENS - 1) / TileTokens.TOKENS;
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    return groups(n) * tokenBytes(type, k);
  }

  private static long tokenBytes(GgmlType type, int k) {
    return TileSplit.of(type).activations() * TileTokens.partBytes(k);
  }

  @Override
  public void prepareGroup(
      GgmlType type, long x, long ldx, int k, int n, int i, IntPredicate fine, long out) {
    int from = i * TileTokens.TOKENS;
    int count = Math.min(TileTokens.TOKENS, n - from);
    tokenForms
        .computeIfAbsent(
            new Tokens(TileSplit.of(type).activations(), count),
            key -> new TileTokens(key.parts(), key.count()))
        .prepare(x + ldx * from, ldx, k, out + i * tokenBytes(type, k));
  }

  @Override
  public long scratchBytes(GgmlType type, int k, int n) {
    return rowTileBytes(type) + TileProducts.sumBytes(Math.min(groups(n), TOKEN_TILES));
  }

  private static long rowTileBytes(GgmlType type) {
    return (long) TileRows.bytes(type) * TileProducts.SUM_ROWS;
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    long stride = type.rowBytes(k);
    TileRows form = rowForms.computeIfAbsent(type, TileRows::new);
    TileProducts products =
        tileProducts.computeIfAbsent(
            new Shape(TileSplit.of(type), k), key -> new TileProducts(tiles, key.split(), key.k()));
    long sums = scratch + rowTileBytes(type);
    for (int t = 0; t < groups(n); t += TOKEN_TILES) {
      int tokenTiles = Math.min(TOKEN_TILES, groups(n) - t);
      long xt = x + t * tokenBytes(type, k);
      for (int r = 0; r < rows; r += ROWS) {
        int count = Math.min(ROWS, rows - r);
        int rowTiles = (count + TileRows.ROWS - 1) / TileRows.ROWS;
        for (int c = 0; c < k; c += TileRows.COLUMNS) {
          int columns = Math.min(TileRows.COLUMNS, k - c);
          long from = w + stride * r + type.rowBytes(c);
          unpack(form, type, from, stride, count, columns, scratch);
          long xc = xt + TileTokens.partBytes(c);
          products.run(scratch, xc, sums, rowTiles, tokenTiles, columns, c == 0);
        }
        for (int i = 0; i < tokenTiles; i++) {
          int token = (t + i) * TileTokens.TOKENS;
          int tokens = Math.min(TileTokens.TOKENS, n - token);
          long to = y + ldy * token + 4L * r;
          output.run(sums + TileProducts.sumBytes(i), to, ldy, count, tokens);
        }
      }
    }
  }

  private static void unpack(
      TileRows form, GgmlType type, long w, long stride, int rows, int columns, long out) {
    for (int r = 0; r < rows; r += TileRows.ROWS) {
      int count = Math.min(TileRows.ROWS, rows - r);
      form.unpack(
          w + stride * r, stride, count, columns, out + (long) TileRows.bytes(type) * (r / 16));
    }
  }
}
