package dev.jora.kernel.x86;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.exec.WorkPool;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which runs of activations are multiplied by both bytes, and what that is worth. */
class TokenFormTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final int K = 2048;
  private static final int RUNS = K / 32;

  @BeforeAll
  static void where() {
    Machine.assumeVnni();
  }

  private static MemorySegment activations(Arena arena, int n, Random random) {
    MemorySegment x = arena.allocate(4L * K * n, 64);
    for (int i = 0; i < K * n; i++) {
      x.setAtIndex(FLOAT, i, (float) random.nextGaussian());
    }
    return x;
  }

  /** A column of all tokens is so many times larger. */
  private static void enlarge(MemorySegment x, int n, int column, float times) {
    for (int t = 0; t < n; t++) {
      long i = (long) K * t + column;
      x.setAtIndex(FLOAT, i, (x.getAtIndex(FLOAT, i) + 3) * times);
    }
  }

  /** The runs of each token that have both bytes of it. */
  private static boolean[][] chosen(Arena arena, MemorySegment x, int tokens, int whole) {
    MemorySegment group = arena.allocate(TokenForm.bytes(K, tokens), 64);
    new TokenForm(K, tokens).prepare(x.address(), 4L * K, whole, group.address());
    boolean[][] chosen = new boolean[tokens][RUNS];
    for (int r = 0; r < RUNS; r++) {
      long run = TokenForm.runsAt(K) + (long) TokenForm.runBytes(tokens) * r;
      int any = 0;
      for (int t = 0; t < tokens; t++) {
        for (int i = TokenForm.LO; i < TokenForm.LO + 8; i++) {
          int lo = group.get(ValueLayout.JAVA_INT, run + 4L * (i * tokens + t));
          chosen[t][r] |= lo != 0 && group.get(ValueLayout.JAVA_INT, 4L * r) != 0;
        }
        any |= chosen[t][r] ? 1 << t : 0;
      }
      assertEquals(any, group.get(ValueLayout.JAVA_INT, 4L * r), "run " + r);
    }
    return chosen;
  }

  /** By the definition: a step far above the geometric mean, which bits stand for. */
  private static boolean[] expected(MemorySegment x, int t) {
    float[] steps = new float[RUNS];
    int bits = 0;
    for (int r = 0; r < RUNS; r++) {
      float largest = 0;
      for (int i = 32 * r; i < 32 * r + 32; i++) {
        largest = Math.max(largest, Math.abs(x.getAtIndex(FLOAT, (long) K * t + i)));
      }
      steps[r] = largest / 32512;
      bits += Float.floatToRawIntBits(steps[r]) >>> FineRuns.DROPPED;
    }
    boolean[] chosen = new boolean[RUNS];
    for (int r = 0; r < RUNS; r++) {
      chosen[r] = steps[r] > FineRuns.limit(bits, K);
    }
    return chosen;
  }

  private static void assertChosen(MemorySegment x, boolean[][] chosen) {
    for (int t = 0; t < chosen.length; t++) {
      assertArrayEquals(expected(x, t), chosen[t], "token " + t);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 11, 12})
  void aTokenChoosesTheRunsFarAboveItsUsualOne(int tokens) {
    int[] large = {3, 4, 17, 31, 32, 50, 62, 63};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = activations(arena, tokens, new Random(tokens));
      for (int run : large) {
        for (int t = 0; t < tokens; t++) {
          x.setAtIndex(FLOAT, (long) K * t + 32 * run + run % 32, 30 + run);
        }
      }
      boolean[][] chosen = chosen(arena, x, tokens, 0);
      assertChosen(x, chosen);
      for (int run : large) {
        for (int t = 0; t < tokens; t++) {
          assertTrue(chosen[t][run], "run " + run + " of token " + t);
        }
      }
    }
  }

  @Test
  void aRunThatOneTokenHasChosenIsStillNoneOfTheOthers() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = activations(arena, 12, new Random(9));
      x.setAtIndex(FLOAT, 11L * K + 32 * 40 + 5, -500);
      boolean[][] chosen = chosen(arena, x, 12, 0);
      assertChosen(x, chosen);
      assertTrue(chosen[11][40]);
      assertFalse(chosen[0][40]);
    }
  }

  @Test
  void amongEqualRunsNoneIsLarge() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(4L * K * 3, 64);
      for (boolean[] token : chosen(arena, x, 3, 0)) {
        assertArrayEquals(new boolean[RUNS], token);
      }
    }
  }

  @Test
  void aWholeTokenChoosesAllRuns() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = activations(arena, 5, new Random(2));
      boolean[][] chosen = chosen(arena, x, 5, 0b01010);
      boolean[] all = new boolean[RUNS];
      Arrays.fill(all, true);
      assertArrayEquals(all, chosen[1]);
      assertArrayEquals(all, chosen[3]);
      assertArrayEquals(expected(x, 0), chosen[0]);
    }
  }

  /**
   * Weights that are 0 outside of one block show the error of that block alone. With outliers it is
   * within half a step of both bytes, as for a single token; a block like all others has the error
   * of one byte, which is more.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 12, 13, 30})
  void aBlockOfOutliersIsAsExactAsForASingleToken(int n) {
    int block = 40;
    double fine = worst(n, block, true, true);
    double single = worst(n, block, true, false);
    assertTrue(fine <= 1, "batch, of the allowed error of both bytes: " + fine);
    assertTrue(single <= 1, "single tokens, likewise: " + single);
    double coarse = worst(n, block, false, true);
    assertTrue(coarse > 1, "a block without outliers is multiplied by one byte: " + coarse);
  }

  /**
   * The largest error, in units of what both bytes allow: half a step of 1/32512 of the largest
   * value for each, and for float arithmetic 16 roundings of Σ |w x|.
   */
  private static double worst(int n, int block, boolean outliers, boolean batch) {
    int rows = 20;
    GgmlType type = GgmlType.Q8_0;
    long stride = type.rowBytes(K);
    VnniProducts products = new VnniProducts();
    Random random = new Random(n);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = activations(arena, n, random);
      // Outliers elsewhere are none of this block's business.
      for (int i = 0; i < 8; i++) {
        enlarge(x, n, 32 * (2 + 3 * i) + i, 10);
      }
      if (outliers) {
        enlarge(x, n, 32 * block + 7, 100);
        enlarge(x, n, 32 * block + 21, 70);
      }
      MemorySegment w = arena.allocate(stride * rows, 64);
      for (int r = 0; r < rows; r++) {
        long at = stride * r + 34L * block;
        w.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(0.01f));
        for (int i = 0; i < 32; i++) {
          w.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) random.nextInt(-127, 128));
        }
      }
      MemorySegment y = arena.allocate(4L * n * rows, 64);
      if (batch) {
        multiply(products.batches(type, K), w, rows, x, n, y, arena);
      } else {
        ProductCode single = products.singles(type, K);
        MemorySegment row = arena.allocate(single.bytes(1), 64);
        for (int t = 0; t < n; t++) {
          single.prepare(x.address() + 4L * K * t, 4L * K, 1, 0, i -> true, row.address());
          long to = y.address() + 4L * rows * t;
          single.run(w.address(), rows, row.address(), 1, to, 0, 0);
        }
      }
      return worst(w, rows, x, n, block, y);
    }
  }

  private static double worst(
      MemorySegment w, int rows, MemorySegment x, int n, int block, MemorySegment y) {
    float[] weights = new float[K];
    double worst = 0;
    for (int r = 0; r < rows; r++) {
      long at = GgmlType.Q8_0.rowBytes(K) * r;
      BlockFormats.of(GgmlType.Q8_0).dequantize(w, at, weights, 0, K);
      for (int t = 0; t < n; t++) {
        double sum = 0;
        double sizes = 0;
        double largest = 0;
        double factors = 0;
        for (int i = 32 * block; i < 32 * block + 32; i++) {
          double value = x.getAtIndex(FLOAT, (long) K * t + i);
          sum += weights[i] * value;
          sizes += Math.abs(weights[i] * value);
          largest = Math.max(largest, Math.abs(value));
          factors += Math.abs(weights[i]);
        }
        double allowed = factors * largest / 65024 + sizes * 16 * 0x1p-24;
        double error = Math.abs(y.getAtIndex(FLOAT, (long) rows * t + r) - sum);
        worst = Math.max(worst, error / allowed);
      }
    }
    return worst;
  }

  private static void multiply(
      ProductCode products,
      MemorySegment w,
      int rows,
      MemorySegment x,
      int n,
      MemorySegment y,
      Arena arena) {
    MemorySegment groups = arena.allocate(products.bytes(n), 64);
    for (int i = 0; i < products.groups(n); i++) {
      products.prepare(x.address(), 4L * K, n, i, t -> false, groups.address());
    }
    long scratch = arena.allocate(products.scratchBytes(n), 64).address();
    products.run(w.address(), rows, groups.address(), n, y.address(), 4L * rows, scratch);
  }

  /** Groups and bands of rows may be done by any thread in any order. */
  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"Q4_0", "Q8_0", "Q4_K", "Q6_K", "TQ2_0", "F16", "BF16", "F32"})
  void aProductIsTheSameOnAnyNumberOfThreads(GgmlType type) {
    int rows = 100;
    long stride = type.rowBytes(K);
    Products family =
        switch (type) {
          case F16, BF16 -> new WordProducts(new FloatProducts());
          case F32 -> new FloatProducts();
          default -> new VnniProducts();
        };
    ProductCode products = family.batches(type, K);
    for (int n : new int[] {2, 12, 25, 64}) {
      try (Arena arena = Arena.ofShared()) {
        Random random = new Random(n);
        MemorySegment x = activations(arena, n, random);
        MemorySegment w = arena.allocate(stride * rows, 64);
        for (long i = 0; i < w.byteSize(); i++) {
          // Without the highest bits of halves, wherever they are: no infinite scale.
          w.set(ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt() & 0xBF));
        }
        MemorySegment expected = arena.allocate(4L * n * rows, 64);
        multiply(products, w, rows, x, n, expected, arena);
        for (int threads = 1; threads <= 4; threads++) {
          MemorySegment y = arena.allocate(4L * n * rows, 64);
          MemorySegment groups = arena.allocate(products.bytes(n), 64);
          long scratchBytes = products.scratchBytes(n);
          MemorySegment scratch = arena.allocate(scratchBytes * threads, 64);
          try (WorkPool pool = new WorkPool(threads)) {
            int last = products.groups(n) - 1;
            pool.run(
                last + 1,
                1,
                (begin, end, worker) -> {
                  for (int i = begin; i < end; i++) {
                    products.prepare(
                        x.address(), 4L * K, n, last - i, t -> false, groups.address());
                  }
                });
            pool.run(
                rows,
                16,
                (begin, end, worker) ->
                    products.run(
                        w.address() + stride * begin,
                        end - begin,
                        groups.address(),
                        n,
                        y.address() + 4L * begin,
                        4L * rows,
                        scratch.address() + scratchBytes * worker));
          }
          assertEquals(-1, expected.mismatch(y), type + ", " + n + " on " + threads + " threads");
        }
      }
    }
  }
}
