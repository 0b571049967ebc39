package dev.jora.kernel.x86;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Attention over pages of KV cache on AVX-512. Arguments are addresses that were checked. */
public final class VnniAttention {
  private record Dims(int d, int dv, boolean halves) {}

  private record Keys(boolean halves, int d) {}

  private final Map<Dims, PageAttention> pages = new ConcurrentHashMap<>();
  private final Map<Keys, PageKeys> keys = new ConcurrentHashMap<>();
  private final Halves halves = new Halves();

  /** True if there is code for keys and values of these lengths. */
  public boolean supports(int d, int dv) {
    return d % 16 == 0 && dv % 16 == 0 && d > 0 && dv > 0;
  }

  /** Keys of a page, rows of floats or halves, as floats[d, 64]. */
  public void keys(boolean halves, int d, long page, long out) {
    keys.computeIfAbsent(new Keys(halves, d), key -> new PageKeys(key.halves(), key.d()))
        .run(page, out);
  }

  /** {@link PageAttention#run}, for keys of d and values of dv values. */
  public void page(
      int d,
      int dv,
      boolean halves,
      long q,
      long keys,
      long values,
      long out,
      int rows,
      int n,
      long records) {
    pages
        .computeIfAbsent(
            new Dims(d, dv, halves), key -> new PageAttention(key.d(), key.dv(), key.halves()))
        .run(q, keys, values, out, rows, n, records);
  }

  /** n floats to halves; n is a multiple of 16. */
  public void toHalves(long from, int n, long out) {
    halves.fromFloats(from, n, out);
  }
}
