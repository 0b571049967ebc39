package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** Products of quantized weights and activations on AVX2, with AVX-VNNI where there is one. */
public final class Avx2Products {
  /** Tokens of {@link #singles}: at 8 both ways take the same time, at 12 groups a fifth less. */
  private static final int FEW = 8; // scripts/bench-few --avx2, docs/kernels.md

  /** Bands that meet a group of tokens while it is in the nearest cache. */
  private static final int BANDS = 2;

  static final Dot256 DOT =
      obstacle() == null && CpuFeatures.detect().avxVnni() ? Dot256.AVX_VNNI : Dot256.AVX2;

  private final boolean precise;
  private final Map<Integer, Lazy<ShortForm>> forms = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<ByteForm>> groups = new ConcurrentHashMap<>();

  /** Products; precise: those of batches keep 16 bits of all activations. */
  public Avx2Products(boolean precise) {
    this.precise = precise;
  }

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

  /**
   * Products of a few tokens. A token's are the same, to the bit, whatever tokens are beside it.
   */
  public ProductCode singles(GgmlType type, int k) {
    Lazy<ShortForm> form = forms.computeIfAbsent(k, key -> new Lazy<>(() -> new ShortForm(key)));
    return new FewProducts(
        Form.SHORTS,
        FEW,
        ShortForm.bytes(k),
        (x, tokens, token, out) -> form.get().prepare(x, out + ShortForm.bytes(k) * token),
        type.rowBytes(k),
        tokens -> new ShortRows(RunCodes.find(type), k, tokens, DOT)::run);
  }

  /** True if {@link #halves} takes rows of k values. */
  public boolean supportsHalves(int k) {
    return HalfRows.supports(k);
  }

  /** The same for rows of k halves; they have no batches. */
  public ProductCode halves(int k) {
    return new FewProducts(
        Form.FLOATS,
        Cut.MOST,
        4L * k,
        (x, tokens, token, out) -> Memory.copy(x, out + 4L * k * token, 4L * k),
        GgmlType.F16.rowBytes(k),
        tokens -> {
          HalfRows rows = new HalfRows(k, tokens);
          return (w, rowBytes, count, x, y, ldy) -> rows.run(w, count, x, y, ldy);
        });
  }

  /** Products of any number of tokens. */
  public ProductCode batches(GgmlType type, int k) {
    PerCount<ByteForm> group =
        groups.computeIfAbsent(
            k, key -> new PerCount<>(ByteForm.MOST, tokens -> new ByteForm(key, tokens)));
    return new Batches(type, k, group, precise);
  }

  /** Bands of rows, unpacked once, pass groups of tokens that are as even as they can be. */
  private static final class Batches implements ProductCode {
    private final int k;
    private final long stride;
    private final boolean precise;
    private final PerCount<ByteForm> group;
    private final Lazy<ByteBand> band;
    private final long bandBytes;
    private final PerCount<ByteTile> tiles;

    Batches(GgmlType type, int k, PerCount<ByteForm> group, boolean precise) {
      this.k = k;
      this.stride = type.rowBytes(k);
      this.precise = precise;
      this.group = group;
      RunCode runs = RunCodes.find(type);
      this.band = new Lazy<>(() -> new ByteBand(runs, k, DOT));
      this.bandBytes = ByteBand.bytes(runs, k, DOT);
      this.tiles = new PerCount<>(ByteForm.MOST, tokens -> new ByteTile(runs, k, tokens, DOT));
    }

    @Override
    public Form form() {
      return Form.BYTES;
    }

    @Override
    public int groups(int n) {
      return (n + ByteForm.MOST - 1) / ByteForm.MOST;
    }

    /** The first token of group i. */
    private int first(int n, int i) {
      return (int) ((long) n * i / groups(n));
    }

    /** Where group i begins. */
    private long groupAt(int n, int i) {
      return i == 0 ? 0 : ByteForm.tokensAt(k) * i + ByteForm.tokenBytes(k) * first(n, i);
    }

    @Override
    public long bytes(int n) {
      return groupAt(n, groups(n));
    }

    @Override
    public void prepare(long x, long ldx, int n, int i, IntPredicate fine, long out) {
      int from = first(n, i);
      int tokens = first(n, i + 1) - from;
      int mask = FineRuns.mask(precise ? t -> true : fine, from, tokens);
      group.get(tokens).prepare(x + ldx * from, ldx, mask, out + groupAt(n, i));
    }

    @Override
    public long scratchBytes(int n) {
      return BANDS * bandBytes + ByteBand.scratchBytes() + ByteTile.scratchBytes();
    }

    @Override
    public void run(long w, int rows, long x, int n, long y, long ldy, long scratch) {
      long unpacking = scratch + BANDS * bandBytes;
      long totals = unpacking + ByteBand.scratchBytes();
      for (int first = 0; first < rows; first += BANDS * ByteBand.ROWS) {
        int end = Math.min(rows, first + BANDS * ByteBand.ROWS);
        for (int r = first; r < end; r += ByteBand.ROWS) {
          long to = scratch + bandBytes * ((r - first) / ByteBand.ROWS);
          int count = Math.min(ByteBand.ROWS, end - r);
          band.get().unpack(w + stride * r, stride, count, to, unpacking);
        }
        for (int i = 0; i < groups(n); i++) {
          int token = first(n, i);
          ByteTile tile = tiles.get(first(n, i + 1) - token);
          for (int r = first; r < end; r += ByteBand.ROWS) {
            long from = scratch + bandBytes * ((r - first) / ByteBand.ROWS);
            int count = Math.min(ByteBand.ROWS, end - r);
            tile.run(from, x + groupAt(n, i), y + 4L * r + ldy * token, ldy, count, totals);
          }
        }
      }
    }
  }
}
