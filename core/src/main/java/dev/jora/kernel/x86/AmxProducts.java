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
public final class AmxProducts {
  /** Tiles of tokens whose sums are kept at a time: half a megabyte for 256 rows. */
  private static final int TOKEN_TILES = 32;

  private static final int ROWS = TileRows.ROWS * TileProducts.SUM_ROWS;

  private record Shape(TileSplit split, int k) {}

  private final Tiles tiles;
  private final Map<GgmlType, Lazy<TileRows>> rowForms = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<TileTokens>> tokenForms = new ConcurrentHashMap<>();
  private final Map<Shape, Lazy<TileProducts>> tileProducts = new ConcurrentHashMap<>();
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
      ProductCode products = batches(GgmlType.BF16, k);
      MemorySegment group = arena.allocate(products.bytes(n), 64);
      products.prepare(x.address(), 4L * k, n, 0, t -> true, group.address());
      MemorySegment y = arena.allocate(4L * TileRows.ROWS * n, 64);
      MemorySegment scratch = arena.allocate(products.scratchBytes(n), 64);
      products.run(
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

  /** True if rows of {@code k} values of this type can be multiplied. */
  public boolean supports(GgmlType type, int k) {
    BlockCode block = BlockCodes.find(type);
    return block != null ? block.divides(k) : TileSplit.of(type).activations() > 1 && k % 64 == 0;
  }

  /** Products of any number of tokens. */
  public ProductCode batches(GgmlType type, int k) {
    return new Batches(type, k);
  }

  /** Blocks of rows and columns, unpacked once, pass some tiles of tokens. */
  private final class Batches implements ProductCode {
    private final GgmlType type;
    private final int k;
    private final long stride;
    private final int parts; // of activations
    private final long tileBytes; // of a tile of tokens
    private final long blockBytes; // of a block of rows
    private final Lazy<TileRows> rowForm;
    private final PerCount<TileTokens> tokenForm;
    private final Lazy<TileProducts> products;

    Batches(GgmlType type, int k) {
      this.type = type;
      this.k = k;
      this.stride = type.rowBytes(k);
      TileSplit split = TileSplit.of(type);
      this.parts = split.activations();
      this.tileBytes = parts * TileTokens.partBytes(k);
      this.blockBytes = (long) TileRows.bytes(type) * TileProducts.SUM_ROWS;
      this.rowForm = rowForms.computeIfAbsent(type, key -> new Lazy<>(() -> new TileRows(key)));
      this.tokenForm =
          tokenForms.computeIfAbsent(
              parts, key -> new PerCount<>(TileTokens.TOKENS, count -> new TileTokens(key, count)));
      this.products =
          tileProducts.computeIfAbsent(
              new Shape(split, k),
              key -> new Lazy<>(() -> new TileProducts(tiles, key.split(), key.k())));
    }

    @Override
    public Form form() {
      return parts == 1 ? Form.TILES : Form.SPLIT_TILES;
    }

    @Override
    public int groups(int n) {
      return (n + TileTokens.TOKENS - 1) / TileTokens.TOKENS;
    }

    @Override
    public long bytes(int n) {
      return groups(n) * tileBytes;
    }

    @Override
    public void prepare(long x, long ldx, int n, int i, IntPredicate fine, long out) {
      int from = i * TileTokens.TOKENS;
      int count = Math.min(TileTokens.TOKENS, n - from);
      tokenForm.get(count).prepare(x + ldx * from, ldx, k, out + i * tileBytes);
    }

    @Override
    public long scratchBytes(int n) {
      return blockBytes + TileProducts.sumBytes(Math.min(groups(n), TOKEN_TILES));
    }

    @Override
    public void run(long w, int rows, long x, int n, long y, long ldy, long scratch) {
      long sums = scratch + blockBytes;
      for (int t = 0; t < groups(n); t += TOKEN_TILES) {
        int tokenTiles = Math.min(TOKEN_TILES, groups(n) - t);
        long xt = x + t * tileBytes;
        for (int r = 0; r < rows; r += ROWS) {
          int count = Math.min(ROWS, rows - r);
          int rowTiles = (count + TileRows.ROWS - 1) / TileRows.ROWS;
          for (int c = 0; c < k; c += TileRows.COLUMNS) {
            int columns = Math.min(TileRows.COLUMNS, k - c);
            unpack(w + stride * r + type.rowBytes(c), count, columns, scratch);
            long xc = xt + TileTokens.partBytes(c);
            products.get().run(scratch, xc, sums, rowTiles, tokenTiles, columns, c == 0);
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

    private void unpack(long w, int rows, int columns, long out) {
      for (int r = 0; r < rows; r += TileRows.ROWS) {
        int count = Math.min(TileRows.ROWS, rows - r);
        long to = out + (long) TileRows.bytes(type) * (r / TileRows.ROWS);
        rowForm.get().unpack(w + stride * r, stride, count, columns, to);
      }
    }
  }
}
