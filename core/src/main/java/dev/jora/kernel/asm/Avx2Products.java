package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Products of quantized weights and activations on AVX2, with AVX-VNNI where there is one,
 * assembled for each type and row length when they are first used. All arguments are addresses that
 * the caller has checked.
 */
public final class Avx2Products {
  private record Rows(GgmlType type, int k) {}

  private record Tile(GgmlType type, int k, int tokens) {}

  private static final WordDot DOT =
      obstacle() == null && CpuFeatures.detect().avxVnni() ? WordDot.AVX_VNNI : WordDot.AVX2;

  private final Map<Integer, WordForm> forms = new ConcurrentHashMap<>();
  private final Map<Rows, WordRows> rows = new ConcurrentHashMap<>();
  private final Map<Rows, WordBand> bands = new ConcurrentHashMap<>();
  private final Map<Tile, WordTile> tiles = new ConcurrentHashMap<>();

  /** Why this machine cannot run them, as the second half of a sentence, or null if it can. */
  public static String obstacle() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return "they are for Linux on x86-64";
    }
    try {
      return CpuFeatures.detect().avx2() ? null : "they need a processor with AVX2, FMA and F16C";
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  /** True if they use AVX-VNNI. */
  public static boolean avxVnni() {
    return DOT == WordDot.AVX_VNNI;
  }

  /** True if rows of {@code k} values of this type can be multiplied. */
  public boolean supports(GgmlType type, int k) {
    return RunCodes.find(type) != null && k % 64 == 0 && k % type.blockSize() == 0;
  }

  /** Bytes of one row of activations in the form that products take. */
  public long formBytes(int k) {
    return WordForm.bytes(k);
  }

  /** Brings x[k] into that form. */
  public void prepare(long x, int k, long out) {
    forms.computeIfAbsent(k, WordForm::new).prepare(x, out);
  }

  /** y[r] = w[r] · x for rows that lie {@code stride} bytes apart. */
  public void rows(GgmlType type, int k, long w, long stride, int rows, long x, long y) {
    // Lambdas that capture nothing: others would be garbage for every product of a token.
    this.rows
        .computeIfAbsent(
            new Rows(type, k), key -> new WordRows(RunCodes.find(key.type()), key.k(), DOT))
        .run(w, stride, rows, x, y);
  }

  /** Bytes of scratch for {@link #products}. */
  public long scratchBytes(GgmlType type, int k) {
    return WordBand.bytes(RunCodes.find(type), k)
        + WordBand.scratchBytes()
        + WordTile.scratchBytes();
  }

  /**
   * y[t, r] = w[r] · x[t].
   *
   * @param stride bytes from row to row
   * @param x what {@link #prepare} wrote for n tokens, one behind the other
   * @param ldy bytes from token to token
   */
  public void products(
      GgmlType type,
      int k,
      long w,
      long stride,
      int rows,
      long x,
      int n,
      long y,
      long ldy,
      long scratch) {
    WordBand band =
        bands.computeIfAbsent(
            new Rows(type, k), key -> new WordBand(RunCodes.find(key.type()), key.k()));
    long unpacking = scratch + WordBand.bytes(RunCodes.find(type), k);
    long totals = unpacking + WordBand.scratchBytes();
    for (int r = 0; r < rows; r += WordBand.ROWS) {
      int count = Math.min(WordBand.ROWS, rows - r);
      band.unpack(w + stride * r, stride, count, scratch, unpacking);
      int tokens;
      for (int t = 0; t < n; t += tokens) {
        // The fewest tiles that do, and as even as they can be.
        int left = (n - t + WordTile.MOST - 1) / WordTile.MOST;
        tokens = (n - t + left - 1) / left;
        tile(type, k, tokens)
            .run(scratch, x + WordForm.bytes(k) * t, y + 4L * r + ldy * t, ldy, count, totals);
      }
    }
  }

  private WordTile tile(GgmlType type, int k, int tokens) {
    return tiles.computeIfAbsent(
        new Tile(type, k, tokens),
        key -> new WordTile(RunCodes.find(key.type()), key.k(), key.tokens(), DOT));
  }
}
