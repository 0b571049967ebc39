package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.x86.VnniProducts;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention by whole pages against a softmax in double over all positions at once. */
class PageAttentionTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final int PAGE = Kernels.PAGE;

  /** Two pages and a part of a third. */
  private static final int POSITIONS = 2 * PAGE + 27;

  private static final int PAGES = 3;
  private static final int[][] DIMS = {
    {16, 16},
    {64, 64},
    {80, 80},
    {96, 96},
    {128, 128},
    {256, 256},
    {16, 256},
    {256, 16},
    {80, 96},
    {128, 64},
    {64, 80},
    {96, 128}
  };

  /** Relative error of e^x: its polynomial, and the roundings that bring x to it. */
  private static final double EXP_ERROR = 4e-7;

  private static final double ROUNDING = 0x1p-24;

  /** What a query sees. */
  private enum Sight {
    /** All positions. */
    ALL(POSITIONS, false),
    /** Those up to its own: queries early in the text see nothing of later pages. */
    CAUSAL(POSITIONS, true),
    /** The last 40 up to its own: queries late in the text see nothing of earlier pages. */
    WINDOW(40, true);

    private final int window;
    private final boolean causal;

    Sight(int window, boolean causal) {
      this.window = window;
      this.causal = causal;
    }

    boolean sees(int query, int queries, int position) {
      int own = causal ? (query + 1) * POSITIONS / queries - 1 : POSITIONS - 1;
      return position <= own && position > own - window;
    }

    /** A bit for each position of a page. */
    long mask(int query, int queries, int page) {
      long mask = 0;
      for (int j = 0; j < Math.min(PAGE, POSITIONS - PAGE * page); j++) {
        mask |= sees(query, queries, PAGE * page + j) ? 1L << j : 0;
      }
      return mask;
    }
  }

  private static List<Kernels> sets() {
    List<Kernels> sets = KernelsTest.SETS.stream().filter(set -> set.hasPages(64, 64)).toList();
    Assumptions.assumeFalse(
        sets.isEmpty(), () -> "skipped, for assembled kernels: " + VnniProducts.obstacle());
    return sets;
  }

  @Test
  void lengthsThatHavePages() {
    for (Kernels kernels : sets()) {
      for (int[] dims : DIMS) {
        assertTrue(kernels.hasPages(dims[0], dims[1]));
      }
      assertFalse(kernels.hasPages(72, 64));
      assertFalse(kernels.hasPages(64, 72));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"F32", "F16", "BF16", "Q8_0"})
  void matchesASoftmaxOverAllPositions(GgmlType type) {
    for (Kernels kernels : sets()) {
      for (int[] dims : DIMS) {
        if (dims[0] % type.blockSize() != 0 || dims[1] % type.blockSize() != 0) {
          continue;
        }
        for (boolean large : new boolean[] {false, true}) {
          try (Arena arena = Arena.ofConfined()) {
            Data data = new Data(kernels, type, dims[0], dims[1], large, arena);
            for (int queries = 1; queries <= 9; queries++) {
              for (Sight sight : Sight.values()) {
                data.check(queries, sight);
              }
            }
          }
        }
      }
    }
  }

  /** A score that is no number, or infinite, is not hidden. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void scoresThatAreNoNumbersShow(float bad) {
    for (Kernels kernels : sets()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment q = Samples.floats(arena, 64, 0, new Random(1));
        Samples.set(q, 0, 1);
        MemorySegment keys = arena.allocate(4L * PAGE * 64, 64);
        MemorySegment values = Samples.floats(arena, PAGE * 64, 1, new Random(2));
        MemorySegment out = arena.allocate(4 * 64, 64);
        MemorySegment records = arena.allocate(Kernels.RECORD, 64);
        Samples.set(keys, 17, bad);
        records.set(ValueLayout.JAVA_LONG, 0, -1);
        records.set(ValueLayout.JAVA_FLOAT, 8, Float.NEGATIVE_INFINITY);
        kernels.page(
            new Floats(q, 0, 1, 64),
            new Floats(keys, 0, 64, PAGE),
            new Stored(GgmlType.F32, values, 0, PAGE, 64),
            new Floats(out, 0, 1, 64),
            records);
        assertTrue(Float.isNaN(Samples.get(out, 5) / Samples.get(records, 3)));
      }
    }
  }

  /** A cache of one head, as its type stores it and as values, and queries. */
  private static final class Data {
    private final Kernels kernels;
    private final GgmlType type;
    private final int d;
    private final int dv;
    private final String what;
    private final MemorySegment q;
    private final List<MemorySegment> keys = new ArrayList<>();
    private final List<MemorySegment> values = new ArrayList<>();
    private final MemorySegment storedValues;
    private final float[] k;
    private final float[] v;

    Data(Kernels kernels, GgmlType type, int d, int dv, boolean large, Arena arena) {
      this.kernels = kernels;
      this.type = type;
      this.d = d;
      this.dv = dv;
      this.what = kernels.name() + " " + type + " " + d + " " + dv + (large ? " large" : "");
      Random random = new Random(31L * d + dv);
      int rows = PAGES * PAGE;
      q = Samples.floats(arena, 9 * d, (float) (2 / Math.sqrt(d)), random);
      MemorySegment allKeys = Samples.floats(arena, rows * d, 1, random);
      MemorySegment allValues = Samples.floats(arena, rows * dv, 1, random);
      if (large) {
        // Scores of ±10,000, by the last dimension: sums before it are small and lose little.
        for (int i = 0; i < 9; i++) {
          Samples.set(q, i * d + d - 1, 100);
        }
        for (int j = 0; j < rows; j++) {
          boolean high = j >= PAGE && random.nextInt(3) == 0;
          Samples.set(allKeys, j * d + d - 1, high ? 100 : -100);
        }
      }
      // What was never written, or is left of an older text, is behind the last position.
      for (int i = POSITIONS * d; i < rows * d; i++) {
        Samples.set(allKeys, i, type == GgmlType.Q8_0 ? 1e6f : Float.NaN);
      }
      for (int i = POSITIONS * dv; i < rows * dv; i++) {
        Samples.set(allValues, i, type == GgmlType.Q8_0 ? 1e6f : Float.NaN);
      }
      MemorySegment storedKeys = stored(allKeys, rows * d, arena);
      storedValues = stored(allValues, rows * dv, arena);
      k = new float[rows * d];
      v = new float[rows * dv];
      BlockFormats.of(type).dequantize(storedKeys, 0, k, 0, k.length);
      BlockFormats.of(type).dequantize(storedValues, 0, v, 0, v.length);
      MemorySegment scratch = arena.allocate(4L * PAGE * d, 64);
      for (int p = 0; p < PAGES; p++) {
        MemorySegment page = arena.allocate(4L * PAGE * d, 64);
        long at = type.rowBytes(PAGE * d) * p;
        kernels.pageKeys(
            new Stored(type, storedKeys, at, PAGE, d),
            new Floats(page, 0, d, PAGE),
            new Floats(scratch, 0, PAGE, d));
        for (int j = 0; j < Math.min(PAGE, POSITIONS - PAGE * p); j++) {
          for (int e = 0; e < d; e++) {
            String where = what + ": key " + j + ", " + e + " of page " + p;
            assertEquals(k[(PAGE * p + j) * d + e], Samples.get(page, PAGE * e + j), where);
          }
        }
        keys.add(page);
        MemorySegment read = arena.allocate(4L * PAGE * dv, 64);
        kernels.dequantize(type, storedValues, type.rowBytes(PAGE * dv) * p, PAGE * dv, read, 0);
        values.add(read);
      }
    }

    private MemorySegment stored(MemorySegment x, int n, Arena arena) {
      MemorySegment out = arena.allocate(type.rowBytes(n), 64);
      SCALAR.quantize(type, x, 0, n, out, 0);
      return out;
    }

    void check(int queries, Sight sight) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(4L * queries * dv + 64, 64);
        MemorySegment records = arena.allocate((long) Kernels.RECORD * queries + 64, 64);
        for (int i = 0; i < queries; i++) {
          records.set(ValueLayout.JAVA_FLOAT, 16L * i + 8, Float.NEGATIVE_INFINITY);
        }
        for (int p = 0; p < PAGES; p++) {
          page(queries, sight, p, out, records, arena);
        }
        for (int i = 0; i < 16; i++) {
          assertEquals(0, Samples.get(out, queries * dv + i), what + ": behind the sums");
          assertEquals(0, Samples.get(records, 4 * queries + i), what + ": behind the records");
        }
        for (int i = 0; i < queries; i++) {
          compare(i, queries, sight, out, Samples.get(records, 4 * i + 3));
        }
      }
    }

    /** One page; who sees nothing in it keeps its state bit for bit. */
    private void page(
        int queries, Sight sight, int p, MemorySegment out, MemorySegment records, Arena arena) {
      int n = Math.min(PAGE, POSITIONS - PAGE * p);
      for (int i = 0; i < queries; i++) {
        records.set(ValueLayout.JAVA_LONG, 16L * i, sight.mask(i, queries, p));
      }
      MemorySegment sums = arena.allocate(out.byteSize()).copyFrom(out);
      MemorySegment states = arena.allocate(records.byteSize()).copyFrom(records);
      boolean direct = type == GgmlType.F16 && queries % 2 == 0; // halves as they are stored
      kernels.page(
          new Floats(q, 0, queries, d),
          new Floats(keys.get(p), 0, d, PAGE),
          direct
              ? new Stored(GgmlType.F16, storedValues, type.rowBytes(PAGE * dv) * p, n, dv)
              : new Stored(GgmlType.F32, values.get(p), 0, n, dv),
          new Floats(out, 0, queries, dv),
          records);
      for (int i = 0; i < queries; i++) {
        if (sight.mask(i, queries, p) == 0) {
          String where = what + ": query " + i + " of " + queries + " at page " + p;
          long from = 4L * i * dv;
          long to = from + 4L * dv;
          assertEquals(-1, MemorySegment.mismatch(sums, from, to, out, from, to), where);
          long record = 16L * i;
          assertEquals(
              -1,
              MemorySegment.mismatch(states, record, record + 16, records, record, record + 16),
              where);
        }
      }
    }

    /**
     * Compares with Σ w v / Σ w, w = e^(score − largest).
     *
     * <p>Errors of a weight, relative. Its score is summed in the order of dimensions, each step
     * rounded once: 2^-24 Σ |partial sums|. The distances to the largest score, of its own page and
     * from page to page, are rounded once each, and they add up to the distance to the last: 2^-24
     * (largest − score). Each page has an exponential, and a product with it. Exponents under −104
     * give 0, and what is denormal loses 2^-149 at most, of weights of which the largest is 1.
     *
     * <p>A sum of values then has a rounding per position and page, of at most Σ w |v|; that of
     * weights has ten a page: four vectors, four steps over lanes, and what was before.
     */
    private void compare(int i, int queries, Sight sight, MemorySegment out, float sum) {
      double[] scores = new double[POSITIONS];
      double[] errors = new double[POSITIONS];
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < POSITIONS; j++) {
        if (sight.sees(i, queries, j)) {
          for (int e = 0; e < d; e++) {
            scores[j] += (double) Samples.get(q, i * d + e) * k[j * d + e];
            errors[j] += Math.abs(scores[j]) * ROUNDING;
          }
          largest = Math.max(largest, scores[j]);
        }
      }
      double weights = 0;
      double weightError = 0;
      double[] w = new double[POSITIONS];
      double[] wError = new double[POSITIONS];
      for (int j = 0; j < POSITIONS; j++) {
        if (sight.sees(i, queries, j)) {
          w[j] = Math.exp(scores[j] - largest);
          double relative = errors[j] + (largest - scores[j]) * ROUNDING;
          relative += (PAGES + 1) * (EXP_ERROR + ROUNDING);
          wError[j] = w[j] == 0 ? Math.exp(-104) : w[j] * Math.expm1(relative) + 1e-44;
          weights += w[j];
          weightError += wError[j] + w[j] * 10 * PAGES * ROUNDING;
        }
      }
      for (int e = 0; e < dv; e++) {
        double expected = 0;
        double error = 0;
        for (int j = 0; j < POSITIONS; j++) {
          if (sight.sees(i, queries, j)) {
            double value = v[j * dv + e];
            expected += w[j] * value;
            error += (wError[j] + w[j] * (POSITIONS + PAGES) * ROUNDING) * Math.abs(value);
          }
        }
        expected /= weights;
        double bound = (error + Math.abs(expected) * weightError) / (weights - weightError);
        String at = what + " " + sight + ": " + e + " of query " + i + " of " + queries;
        assertEquals(expected, (double) Samples.get(out, i * dv + e) / sum, bound, at);
        assertTrue(bound < 0.02, () -> at + ": a bound that says nothing");
      }
    }
  }
}
