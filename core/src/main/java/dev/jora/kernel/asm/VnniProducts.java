package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Products of quantized weights and activations on AVX-512 VNNI, assembled for each type and row
 * length when they are first used. All arguments are addresses that the caller has checked.
 */
public final class VnniProducts implements BatchProducts {
  private record Rows(GgmlType type, int k) {}

  private record Tokens(int k, int tokens) {}

  private record Band(GgmlType type, int k, int tokens) {}

  private final Map<Integer, RowForm> rowForms = new ConcurrentHashMap<>();
  private final Map<Rows, RowProducts> rowProducts = new ConcurrentHashMap<>();
  private final Map<GgmlType, Dequantize> dequantize = new ConcurrentHashMap<>();
  private final Map<Tokens, TokenForm> tokenForms = new ConcurrentHashMap<>();
  private final Map<Rows, BandForm> bandForms = new ConcurrentHashMap<>();
  private final Map<Band, BandProducts> bandProducts = new ConcurrentHashMap<>();

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
    return BlockCodes.find(type) != null && k % 64 == 0 && k % type.blockSize() == 0;
  }

  /** n weights as floats, within one rounding of the exact ones. */
  public void dequantize(GgmlType type, long w, int n, long out) {
    dequantize.computeIfAbsent(type, key -> new Dequantize(BlockCodes.find(key))).run(w, n, out);
  }

  // ---- one token ---------------------------------------------------------------------------

  /** Bytes of one row of activations in the form that {@link #rows} takes. */
  public long rowBytes(int k) {
    return RowForm.bytes(k);
  }

  /** Brings x[k] into that form. */
  public void prepareRow(long x, int k, long out) {
    rowForms.computeIfAbsent(k, RowForm::new).prepare(x, out);
  }

  /** y[r] = w[r] · x for rows that lie {@code stride} bytes apart. */
  public void rows(GgmlType type, int k, long w, long stride, int rows, long x, long y) {
    // Lambdas that capture nothing: others would be garbage for every product of a token.
    rowProducts
        .computeIfAbsent(
            new Rows(type, k), key -> new RowProducts(BlockCodes.find(key.type()), key.k()))
        .run(w, stride, rows, x, y);
  }

  // ---- several tokens ----------------------------------------------------------------------

  /**
   * How n tokens are cut: {@code large} groups of {@code size} tokens, then {@code small} of one
   * token less.
   */
  private record Cut(int size, int large, int small) {
    static Cut of(int n) {
      int groups = (n + TokenForm.MOST - 1) / TokenForm.MOST;
      int size = (n + groups - 1) / groups;
      int small = groups * size - n;
      return new Cut(size, groups - small, small);
    }
  }

  @Override
  public int groups(int n) {
    Cut cut = Cut.of(n);
    return cut.large() + cut.small();
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    Cut cut = Cut.of(n);
    long less = cut.small() == 0 ? 0 : cut.small() * TokenForm.bytes(k, cut.size() - 1);
    return cut.large() * TokenForm.bytes(k, cut.size()) + less;
  }

  @Override
  public void prepareGroup(GgmlType type, long x, long ldx, int k, int n, int i, long out) {
    Cut cut = Cut.of(n);
    int size = i < cut.large() ? cut.size() : cut.size() - 1;
    int before = Math.min(i, cut.large());
    int after = i - before;
    long from = before * (long) cut.size() + after * (cut.size() - 1L);
    long to = before * TokenForm.bytes(k, cut.size());
    if (after > 0) {
      to += after * TokenForm.bytes(k, cut.size() - 1);
    }
    tokenForms
        .computeIfAbsent(new Tokens(k, size), key -> new TokenForm(key.k(), key.tokens()))
        .prepare(x + ldx * from, ldx, out + to);
  }

  @Override
  public long scratchBytes(GgmlType type, int k, int n) {
    return BandForm.bytes(BlockCodes.find(type), k) + BandForm.scratchBytes();
  }

  @Override
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
    BlockCode block = BlockCodes.find(type);
    BandForm form = bandForms.computeIfAbsent(new Rows(type, k), key -> new BandForm(block, k));
    Cut cut = Cut.of(n);
    BandProducts large = band(block, k, cut.size());
    BandProducts small = cut.small() == 0 ? null : band(block, k, cut.size() - 1);
    long unpacking = scratch + BandForm.bytes(block, k);
    for (int r = 0; r < rows; r += BandForm.ROWS) {
      int count = Math.min(BandForm.ROWS, rows - r);
      form.unpack(w + stride * r, stride, count, scratch, unpacking);
      long to = y + 4L * r;
      large.run(scratch, x, to, ldy, cut.large(), count);
      if (small != null) {
        long xs = x + cut.large() * TokenForm.bytes(k, cut.size());
        small.run(scratch, xs, to + ldy * cut.large() * cut.size(), ldy, cut.small(), count);
      }
    }
  }

  private BandProducts band(BlockCode block, int k, int tokens) {
    return bandProducts.computeIfAbsent(
        new Band(block.type, k, tokens), key -> new BandProducts(block, k, tokens));
  }
}
