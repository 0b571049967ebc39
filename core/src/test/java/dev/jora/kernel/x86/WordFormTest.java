package dev.jora.kernel.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of halves in 16-bit fixed point. */
class WordFormTest {
  private static final int K = 1024;
  private static final int ROWS = 32;
  private static final int TOKENS = 24;

  /**
   * llama.cpp rounds activations to halves and multiplies them exactly: words lose less, whether
   * all values are alike, a column in 256 is 50 times larger, or one in 32 values is.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 32})
  void errorIsBelowThatOfActivationsInHalves(int largeColumns) {
    Machine.assumeVnni();
    Random random = new Random(largeColumns);
    float[][] w = new float[ROWS][K];
    float[][] x = new float[TOKENS][K];
    for (float[] row : w) {
      fill(
          row, i -> Float.float16ToFloat(Float.floatToFloat16((float) random.nextGaussian() / 48)));
    }
    for (float[] row : x) {
      fill(row, i -> random.nextGaussian() * (largeColumns != 0 && i % largeColumns == 7 ? 50 : 1));
    }
    float[][] y = products(GgmlType.F16, w, x);
    double ours = 0;
    double theirs = 0;
    for (int t = 0; t < TOKENS; t++) {
      for (int r = 0; r < ROWS; r++) {
        double exact = 0;
        double rounded = 0;
        for (int i = 0; i < K; i++) {
          exact += (double) w[r][i] * x[t][i];
          rounded += (double) w[r][i] * Float.float16ToFloat(Float.floatToFloat16(x[t][i]));
        }
        ours += (y[t][r] - exact) * (y[t][r] - exact);
        theirs += (rounded - exact) * (rounded - exact);
      }
    }
    assertTrue(ours < 0.6 * theirs, "squares of errors: " + ours + ", of halves: " + theirs);
  }

  /** 32 equal values have the largest sum of products that there can be. */
  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"F16", "BF16"})
  void sumsDoNotOverflow(GgmlType type) {
    Machine.assumeVnni();
    for (float sign : new float[] {1, -1}) {
      for (float size : new float[] {1, 3, 0x1p-10f}) {
        float[][] w = new float[1][K];
        float[][] x = new float[1][K];
        fill(w[0], i -> sign * size);
        fill(x[0], i -> 7);
        double exact = 7.0 * sign * size * K;
        assertEquals(exact, products(type, w, x)[0][0], Math.abs(exact) * 1e-4);
      }
    }
  }

  private static void fill(float[] row, IntToDoubleFunction f) {
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) f.applyAsDouble(i);
    }
  }

  /** y[t][r], of weights that are halves or bfloat16 without rounding. */
  private static float[][] products(GgmlType type, float[][] w, float[][] x) {
    int rows = w.length;
    int n = x.length;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ws = arena.allocate(2L * rows * K, 64);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < K; i++) {
          short bits =
              type == GgmlType.F16
                  ? Float.floatToFloat16(w[r][i])
                  : (short) (Float.floatToRawIntBits(w[r][i]) >> 16);
          ws.setAtIndex(ValueLayout.JAVA_SHORT, (long) r * K + i, bits);
        }
      }
      MemorySegment xs = arena.allocate(4L * n * K, 64);
      for (int t = 0; t < n; t++) {
        MemorySegment.copy(x[t], 0, xs, ValueLayout.JAVA_FLOAT, 4L * t * K, K);
      }
      MemorySegment ys = arena.allocate(4L * n * rows, 64);
      ProductCode products = new WordProducts(new FloatProducts()).batches(type, K);
      long groups = arena.allocate(products.bytes(n), 64).address();
      for (int i = 0; i < products.groups(n); i++) {
        products.prepare(xs.address(), 4L * K, n, i, t -> false, groups);
      }
      long scratch = arena.allocate(products.scratchBytes(n), 64).address();
      products.run(ws.address(), rows, groups, n, ys.address(), 4L * rows, scratch);
      float[][] y = new float[n][rows];
      for (int t = 0; t < n; t++) {
        MemorySegment.copy(ys, ValueLayout.JAVA_FLOAT, 4L * t * rows, y[t], 0, rows);
      }
      return y;
    }
  }
}
