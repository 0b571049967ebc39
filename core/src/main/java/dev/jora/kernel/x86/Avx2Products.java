package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * Products of quantized weights and activations on AVX2, with AVX-VNNI where there is one,
 * assembled for each type and row length when they are first used. All arguments are addresses that
 * the caller has checked.
 */
public final class Avx2Products {
  private record Rows(GgmlType type, int k) {}

  private record Tokens(int k, int tokens) {}

  private record Shape(GgmlType type, int k, int tokens) {}

  /** {@link #few}: at 8 tokens both ways take the same time, at 12 groups a fifth less. */
  private static final int FEW = 8; // scripts/bench-few --avx2, docs/kernels.md

  /** Bands that meet a group of tokens while it is in the nearest cache. */
  private static final int BANDS = 2;

  static final Dot256 DOT =
      obstacle() == null && CpuFeatures.detect().avxVnni() ? Dot256.AVX_VNNI : Dot256.AVX2;

  private final Map<Integer, ShortForm> forms = new ConcurrentHashMap<>();
  private final Map<Shape, ShortRows> rows = new ConcurrentHashMap<>();
  private final Map<Tokens, HalfRows> halves = new ConcurrentHashMap<>();
  private final Map<Tokens, ByteForm> groups = new ConcurrentHashMap<>();
  private final Map<Rows, ByteBand> bands = new ConcurrentHashMap<>();
  private final Map<Shape, ByteTile> tiles = new ConcurrentHashMap<>();

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
    return DOT == Dot256.AVX_VNNI;
  }

  /** True if rows of {@code k} values of this type can be multiplied. */
  public boolean supports(GgmlType type, int k) {
    return RunCodes.find(type) != null && BlockCodes.find(type).divides(k);
  }

  // ---- one token, or a few
  // ---------------------------------------------------------------------------

  /** Up to so many tokens are multiplied faster by {@link #rows} than in groups. */
  public int few(GgmlType type) {
    return type == GgmlType.F16 ? Cut.MOST : FEW; // halves have no groups
  }

  /** Bytes of one row of activations in the form that {@link #rows} takes. */
  public long rowBytes(int k) {
    return ShortForm.bytes(k);
  }

  /** Brings x[k] into that form. */
  public void prepareRow(long x, int k, long out) {
    forms.computeIfAbsent(k, ShortForm::new).prepare(x, out);
  }

  /**
   * y[t, r] = w[r] · x[t] for rows that lie {@code stride} bytes apart and up to {@link Cut#MOST}
   * tokens. A token's products are the same, to the bit, whatever tokens are beside it.
   *
   * @param x what {@link #prepareRow} wrote for each of them, one behind the other
   * @param ldy bytes from token to token
   */
  public void rows(
      GgmlType type, int k, long w, long stride, int rows, long x, int tokens, long y, long ldy) {
    // Lambdas that capture nothing: others would be garbage for every product of a token.
    this.rows
        .computeIfAbsent(
            new Shape(type, k, tokens),
            key -> new ShortRows(RunCodes.find(key.type()), key.k(), key.tokens(), DOT))
        .run(w, stride, rows, x, y, ldy);
  }

  /** True if {@link #halves} takes rows of k values. */
  public boolean supportsHalves(int k) {
    return HalfRows.supports(k);
  }

  /** The same for rows of halves, one behind the other, and x[t] as floats, likewise. */
  public void halves(int k, long w, int rows, long x, int tokens, long y, long ldy) {
    halves
        .computeIfAbsent(new Tokens(k, tokens), key -> new HalfRows(key.k(), key.tokens()))
        .run(w, rows, x, y, ldy);
  }

  // ---- several tokens ----------------------------------------------------------------------

  /** Groups that n tokens are cut into, as even as they can be, each prepared by itself. */
  public int groups(int n) {
    return (n + ByteForm.MOST - 1) / ByteForm.MOST;
  }

  /** The first token of group i. */
  private int first(int n, int i) {
    return (int) ((long) n * i / groups(n));
  }

  /** Where group i begins. */
  private long groupAt(int k, int n, int i) {
    return ByteForm.tokensAt(k) * i + ByteForm.tokenBytes(k) * first(n, i);
  }

  /** Bytes of n tokens in the form that {@link #products} takes. */
  public long groupBytes(int k, int n) {
    return groupAt(k, n, groups(n));
  }

  /**
   * Brings the tokens of group i of n tokens into that form; ldx in bytes.
   *
   * @param fine tokens that are multiplied by both bytes
   */
  public void prepareGroup(long x, long ldx, int k, int n, int i, IntPredicate fine, long out) {
    int from = first(n, i);
    int tokens = first(n, i + 1) - from;
    groups
        .computeIfAbsent(new Tokens(k, tokens), key -> new ByteForm(key.k(), key.tokens()))
        .prepare(x + ldx * from, ldx, FineRuns.mask(fine, from, tokens), out + groupAt(k, n, i));
  }

  /** Bytes of scratch for {@link #products}. */
  public long scratchBytes(GgmlType type, int k) {
    return BANDS * ByteBand.bytes(RunCodes.find(type), k, DOT)
        + ByteBand.scratchBytes()
        + ByteTile.scratchBytes();
  }

  /**
   * y[t, r] = w[r] · x[t].
   *
   * @param stride bytes from row to row
   * @param x what {@link #prepareGroup} wrote, all groups
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
    ByteBand band =
        bands.computeIfAbsent(
            new Rows(type, k), key -> new ByteBand(RunCodes.find(key.type()), key.k(), DOT));
    long bandBytes = ByteBand.bytes(RunCodes.find(type), k, DOT);
    long unpacking = scratch + BANDS * bandBytes;
    long totals = unpacking + ByteBand.scratchBytes();
    for (int first = 0; first < rows; first += BANDS * ByteBand.ROWS) {
      int end = Math.min(rows, first + BANDS * ByteBand.ROWS);
      for (int r = first; r < end; r += ByteBand.ROWS) {
        long to = scratch + bandBytes * ((r - first) / ByteBand.ROWS);
        band.unpack(w + stride * r, stride, Math.min(ByteBand.ROWS, end - r), to, unpacking);
      }
      for (int i = 0; i < groups(n); i++) {
        int token = first(n, i);
        ByteTile tile = tile(type, k, first(n, i + 1) - token);
        for (int r = first; r < end; r += ByteBand.ROWS) {
          long from = scratch + bandBytes * ((r - first) / ByteBand.ROWS);
          int count = Math.min(ByteBand.ROWS, end - r);
          tile.run(from, x + groupAt(k, n, i), y + 4L * r + ldy * token, ldy, count, totals);
        }
      }
    }
  }

  private ByteTile tile(GgmlType type, int k, int tokens) {
    return tiles.computeIfAbsent(
        new Shape(type, k, tokens),
        key -> new ByteTile(RunCodes.find(key.type()), key.k(), key.tokens(), DOT));
  }
}
