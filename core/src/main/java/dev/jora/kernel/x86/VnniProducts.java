package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** Products of quantized weights and activations, in bytes. */
public final class VnniProducts implements Products {
  private record Rows(GgmlType type, int k) {}

  private record Tokens(int k, int tokens) {}

  private record Shape(GgmlType type, int k, int tokens) {}

  /**
   * {@link #few}: as many as a group. That is faster for types of grids only, by a twelfth at 10
   * and a sixth at 12, and gives other bits.
   */
  private static final int FEW = Cut.MOST; // scripts/bench-few, docs/kernels.md

  private final Map<Integer, RowForm> rowForms = new ConcurrentHashMap<>();
  private final Map<UnitOrder, UnitForm> unitForms = new ConcurrentHashMap<>();
  private final Map<Shape, UnitProducts> unitProducts = new ConcurrentHashMap<>();
  private final Map<Shape, RowProducts> rowProducts = new ConcurrentHashMap<>();
  private final Map<GgmlType, Dequantize> dequantize = new ConcurrentHashMap<>();

  /** Bands that pass a group of tokens together: as many as this, and no more than are listed. */
  private static final long BANDS_BYTES = 320 * 1024; // docs/kernels.md, bands in a row

  private static final int MOST_BANDS = 8;

  private final Map<Tokens, TokenForm> tokenForms = new ConcurrentHashMap<>();
  private final Map<Rows, BandForm> bandForms = new ConcurrentHashMap<>();
  private final Map<Shape, BandProducts> bandProducts = new ConcurrentHashMap<>();

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

  private static boolean isUnits(GgmlType type, int k) {
    return UnitProducts.supports(BlockCodes.find(type), k);
  }

  @Override
  public Form rowForm(GgmlType type, int k) {
    if (!isUnits(type, k)) {
      return Form.ROW;
    }
    return switch (BlockCodes.find(type).order()) {
      case CHUNKS -> Form.UNITS_BY_CHUNKS;
      case QUARTERS -> Form.UNITS_BY_QUARTERS;
      case BLOCKS -> Form.UNITS_BY_BLOCKS;
    };
  }

  @Override
  public Form groupForm(GgmlType type, int k) {
    return Form.TOKENS;
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    dequantize.computeIfAbsent(type, key -> new Dequantize(BlockCodes.find(key))).run(w, n, out);
  }

  // ---- one token, or a few
  // ---------------------------------------------------------------------------

  @Override
  public long rowBytes(GgmlType type, int k) {
    return isUnits(type, k) ? UnitForm.bytes(k) : RowForm.bytes(k);
  }

  @Override
  public void prepareRow(GgmlType type, long x, int k, int tokens, int token, long out) {
    if (isUnits(type, k)) {
      unitForms
          .computeIfAbsent(BlockCodes.find(type).order(), UnitForm::new)
          .prepare(x, k, tokens, token, out);
    } else {
      rowForms.computeIfAbsent(k, RowForm::new).prepare(x, tokens, token, out);
    }
  }

  // Lambdas that capture nothing: others would be garbage for every product of a token.
  @Override
  public void rows(GgmlType type, int k, long w, int rows, long x, int tokens, long y, long ldy) {
    long stride = type.rowBytes(k);
    if (isUnits(type, k)) {
      unitProducts
          .computeIfAbsent(
              new Shape(type, k, tokens),
              key -> new UnitProducts(BlockCodes.find(key.type()), key.k(), key.tokens()))
          .run(w, stride, rows, x, y, ldy);
    } else {
      rowProducts
          .computeIfAbsent(
              new Shape(type, k, tokens),
              key -> new RowProducts(BlockCodes.find(key.type()), key.k(), key.tokens()))
          .run(w, stride, rows, x, y, ldy);
    }
  }

  @Override
  public int few(GgmlType type, int k) {
    return FEW;
  }

  // ---- several tokens ----------------------------------------------------------------------

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    Cut cut = Cut.of(n);
    return cut.bytesBefore(cut.groups(), tokens -> TokenForm.bytes(k, tokens));
  }

  @Override
  public void prepareGroup(
      GgmlType type, long x, long ldx, int k, int n, int i, IntPredicate fine, long out) {
    Cut cut = Cut.of(n);
    tokenForms
        .computeIfAbsent(new Tokens(k, cut.tokens(i)), key -> new TokenForm(key.k(), key.tokens()))
        .prepare(
            x + ldx * cut.before(i),
            ldx,
            FineRuns.mask(fine, cut.before(i), cut.tokens(i)),
            out + cut.bytesBefore(i, tokens -> TokenForm.bytes(k, tokens)));
  }

  @Override
  public long scratchBytes(GgmlType type, int k, int n) {
    BlockCode block = BlockCodes.find(type);
    return bands(block, k) * BandForm.bytes(block, k) + BandForm.scratchBytes();
  }

  private static int bands(BlockCode block, int k) {
    return Math.clamp(BANDS_BYTES / BandForm.bytes(block, k), 1, MOST_BANDS);
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    BlockCode block = BlockCodes.find(type);
    BandForm form = bandForms.computeIfAbsent(new Rows(type, k), key -> new BandForm(block, k));
    long stride = type.rowBytes(k);
    long bytes = BandForm.bytes(block, k);
    int step = bands(block, k) * BandForm.ROWS;
    long unpacking = scratch + bands(block, k) * bytes;
    Cut cut = Cut.of(n);
    for (int first = 0; first < rows; first += step) {
      int end = Math.min(rows, first + step);
      long to = scratch;
      for (int r = first; r < end; r += BandForm.ROWS, to += bytes) {
        int count = Math.min(BandForm.ROWS, end - r);
        form.unpack(w + stride * r, stride, count, to, unpacking);
      }
      for (int g = 0; g < cut.groups(); g++) {
        BandProducts tile = band(block, k, cut.tokens(g));
        long group = x + cut.bytesBefore(g, tokens -> TokenForm.bytes(k, tokens));
        long band = scratch;
        for (int r = first; r < end; r += BandForm.ROWS, band += bytes) {
          int count = Math.min(BandForm.ROWS, end - r);
          tile.run(band, group, y + 4L * r + ldy * cut.before(g), ldy, 1, count);
        }
      }
    }
  }

  private BandProducts band(BlockCode block, int k, int tokens) {
    return bandProducts.computeIfAbsent(
        new Shape(block.type, k, tokens), key -> new BandProducts(block, k, tokens));
  }
}
