package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Products of quantized weights and activations, in bytes. */
public final class VnniProducts implements Products {
  /**
   * Tokens of {@link #singles}: as many as a group. That is faster for types of grids only, by a
   * twelfth at 10 and a sixth at 12, and gives other bits.
   */
  private static final int FEW = Cut.MOST; // scripts/bench-few, docs/kernels.md

  /** Bands that pass a group of tokens together: as many as this, and no more than are listed. */
  private static final long BANDS_BYTES = 320 * 1024; // docs/kernels.md, bands in a row

  private static final int MOST_BANDS = 8;

  private final Map<Integer, Lazy<RowForm>> rowForms = new ConcurrentHashMap<>();
  private final Map<UnitOrder, Lazy<UnitForm>> unitForms = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<TokenForm>> tokenForms = new ConcurrentHashMap<>();
  private final Map<GgmlType, Dequantize> dequantize = new ConcurrentHashMap<>();

  /** Why this machine cannot run them, as the second half of a sentence, or null if it can. */
  public static String obstacle() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return "they are for Linux on x86-64";
    }
    try {
      return CpuFeatures.detect().avx512Vnni()
          ? null
          : "they need a processor with AVX-512 and its VNNI";
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @Override
  public boolean supports(GgmlType type, int k) {
    BlockCode block = BlockCodes.find(type);
    return block != null && block.divides(k);
  }

  @Override
  public ProductCode singles(GgmlType type, int k) {
    BlockCode block = BlockCodes.find(type);
    if (UnitProducts.supports(block, k)) {
      UnitOrder order = block.order();
      Lazy<UnitForm> form =
          unitForms.computeIfAbsent(order, key -> new Lazy<>(() -> new UnitForm(key)));
      return new FewProducts(
          form(order),
          FEW,
          UnitForm.bytes(k),
          (x, tokens, token, out) -> form.get().prepare(x, k, tokens, token, out),
          type.rowBytes(k),
          tokens -> new UnitProducts(block, k, tokens)::run);
    }
    Lazy<RowForm> form = rowForms.computeIfAbsent(k, key -> new Lazy<>(() -> new RowForm(key)));
    return new FewProducts(
        Form.ROW,
        FEW,
        RowForm.bytes(k),
        (x, tokens, token, out) -> form.get().prepare(x, tokens, token, out),
        type.rowBytes(k),
        tokens -> new RowProducts(block, k, tokens)::run);
  }

  private static Form form(UnitOrder order) {
    return switch (order) {
      case CHUNKS -> Form.UNITS_BY_CHUNKS;
      case QUARTERS -> Form.UNITS_BY_QUARTERS;
      case BLOCKS -> Form.UNITS_BY_BLOCKS;
    };
  }

  @Override
  public ProductCode batches(GgmlType type, int k) {
    PerCount<TokenForm> groups =
        tokenForms.computeIfAbsent(
            k, key -> new PerCount<>(Cut.MOST, tokens -> new TokenForm(key, tokens)));
    return new Batches(BlockCodes.find(type), k, groups);
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    dequantize.computeIfAbsent(type, key -> new Dequantize(BlockCodes.find(key))).run(w, n, out);
  }

  /** Some bands of rows, unpacked once, pass the groups of tokens together. */
  private static final class Batches extends CutGroups {
    private final int k;
    private final long stride;
    private final PerCount<TokenForm> groups;
    private final Lazy<BandForm> form;
    private final long bandBytes;
    private final int bands;
    private final PerCount<BandProducts> tiles;

    Batches(BlockCode block, int k, PerCount<TokenForm> groups) {
      this.k = k;
      this.stride = block.type.rowBytes(k);
      this.groups = groups;
      this.form = new Lazy<>(() -> new BandForm(block, k));
      this.bandBytes = BandForm.bytes(block, k);
      this.bands = Math.clamp(BANDS_BYTES / bandBytes, 1, MOST_BANDS);
      this.tiles = new PerCount<>(Cut.MOST, tokens -> new BandProducts(block, k, tokens));
    }

    @Override
    public Form form() {
      return Form.TOKENS;
    }

    @Override
    long groupBytes(int tokens) {
      return TokenForm.bytes(k, tokens);
    }

    @Override
    void prepare(long x, long ldx, int tokens, int fine, long out) {
      groups.get(tokens).prepare(x, ldx, fine, out);
    }

    @Override
    public long scratchBytes(int n) {
      return bands * bandBytes + BandForm.scratchBytes();
    }

    @Override
    public void run(long w, int rows, long x, int n, long y, long ldy, long scratch) {
      int step = bands * BandForm.ROWS;
      long unpacking = scratch + bands * bandBytes;
      Cut cut = Cut.of(n);
      for (int first = 0; first < rows; first += step) {
        int end = Math.min(rows, first + step);
        long to = scratch;
        for (int r = first; r < end; r += BandForm.ROWS, to += bandBytes) {
          int count = Math.min(BandForm.ROWS, end - r);
          form.get().unpack(w + stride * r, stride, count, to, unpacking);
        }
        for (int g = 0; g < cut.groups(); g++) {
          BandProducts tile = tiles.get(cut.tokens(g));
          long group = x + before(cut, g);
          long band = scratch;
          for (int r = first; r < end; r += BandForm.ROWS, band += bandBytes) {
            int count = Math.min(BandForm.ROWS, end - r);
            tile.run(band, group, y + 4L * r + ldy * cut.before(g), ldy, 1, count);
          }
        }
      }
    }
  }
}
