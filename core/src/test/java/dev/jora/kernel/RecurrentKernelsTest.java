package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels of recurrent layers of every set against the scalar oracle. */
class RecurrentKernelsTest {
  private static final RecurrentKernels SCALAR = new ScalarKernels().recurrent();
  private static final int[] SIZES = {1, 3, 8, 15, 16, 17, 33, 64, 100, 130};

  private final Random random = new Random(1);

  static List<Arguments> sets() {
    return KernelsTest.SETS.stream().map(set -> Arguments.of(Named.of(set.name(), set))).toList();
  }

  /** Rows in the middle of wider ones, 4 bytes off alignment. */
  private Floats floats(Arena arena, int rows, int cols, float magnitude) {
    int stride = cols + 5;
    return new Floats(
        Samples.floats(arena, rows * stride + 1, magnitude, random), 4, rows, cols, stride);
  }

  private Floats dense(Arena arena, int rows, int cols) {
    return new Floats(Samples.floats(arena, rows * cols, 1, random), 0, rows, cols);
  }

  private static Floats copy(Arena arena, Floats x) {
    MemorySegment data = arena.allocate(x.data().byteSize(), 64).copyFrom(x.data());
    return new Floats(data, x.offset(), x.rows(), x.cols(), x.stride());
  }

  /** All of the memory is compared, so nothing is written beside the rows. */
  private static void assertClose(Floats expected, Floats actual, float bound, String what) {
    for (int i = 0; i < expected.data().byteSize() / 4; i++) {
      float e = Samples.get(expected.data(), i);
      Samples.assertClose(e, Samples.get(actual.data(), i), bound * (1 + Math.abs(e)), what);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void convolutions(Kernels kernels) {
    for (int n : SIZES) {
      for (int taps : new int[] {2, 3, 4}) {
        for (int rows : new int[] {1, 2, 9}) {
          try (Arena arena = Arena.ofConfined()) {
            Floats kernel = floats(arena, taps, n, 1);
            Floats bias = taps == 3 ? null : floats(arena, 1, n, 1);
            Floats before = floats(arena, taps - 1, n, 1);
            Floats x = floats(arena, rows, n, 1);
            Floats expected = floats(arena, rows, n, 1);
            Floats actual = copy(arena, expected);
            SCALAR.convolve(kernel, bias, before, x, expected);
            kernels.recurrent().convolve(kernel, bias, before, x, actual);
            assertClose(expected, actual, 1e-6f, n + " columns, " + taps + " taps");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void softplus(Kernels kernels) {
    for (float magnitude : new float[] {1e-3f, 1, 8, 30, 1000}) {
      for (int n : SIZES) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment x = Samples.floats(arena, n + 2, magnitude, random);
          MemorySegment expected = arena.allocate(4L * (n + 2), 64);
          MemorySegment actual = arena.allocate(4L * (n + 2), 64);
          SCALAR.softplus(x, 4, n, expected, 4);
          kernels.recurrent().softplus(x, 4, n, actual, 4);
          for (int i = 0; i < n + 2; i++) {
            float e = Samples.get(expected, i);
            Samples.assertClose(e, Samples.get(actual, i), 4e-7f * Math.abs(e) + 1e-36f, "" + e);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void softplusOfWhatIsNoNumberIsNone(Kernels kernels) {
    for (float none : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int n : SIZES) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment x = arena.allocate(4L * n, 64);
          Samples.set(x, n - 1, none);
          MemorySegment out = arena.allocate(4L * n, 64);
          kernels.recurrent().softplus(x, 0, n, out, 0);
          assertTrue(Float.isNaN(Samples.get(out, n - 1)));
          assertEquals(n == 1 ? Float.NaN : (float) Math.log(2), Samples.get(out, 0), 1e-6f);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void scans(Kernels kernels) {
    for (int states : SIZES) {
      for (int headDim : new int[] {1, 5}) {
        for (boolean shared : new boolean[] {false, true}) {
          scan(kernels, 3, headDim, states, shared, 1);
          scan(kernels, 1, headDim, states, shared, Float.POSITIVE_INFINITY);
        }
      }
    }
  }

  private void scan(
      Kernels kernels, int heads, int headDim, int states, boolean shared, float rate) {
    int rows = 6;
    int values = heads * headDim;
    try (Arena arena = Arena.ofConfined()) {
      Floats a = dense(arena, heads, shared ? 1 : states);
      for (int i = 0; i < a.rows() * a.cols(); i++) {
        Samples.set(a.data(), i, -Math.abs(Samples.get(a.data(), i)));
      }
      if (rate != 1) {
        Samples.set(a.data(), a.cols() - 1, -rate);
      }
      Floats d = dense(arena, 1, heads);
      Floats delta = floats(arena, rows, heads, 1);
      for (int i = 0; i < delta.data().byteSize() / 4; i++) {
        Samples.set(delta.data(), i, Math.abs(Samples.get(delta.data(), i)));
      }
      Floats x = floats(arena, rows, values, 1);
      Floats b = floats(arena, rows, states, 1);
      Floats c = floats(arena, rows, states, 0.3f);
      Floats expected = dense(arena, values, states);
      Floats actual = copy(arena, expected);
      Floats wanted = floats(arena, rows, values, 1);
      Floats y = copy(arena, wanted);
      SCALAR.scan(expected, a, d, delta, x, b, c, wanted);
      kernels.recurrent().scan(actual, a, d, delta, x, b, c, y);
      String what = heads + " heads of " + headDim + ", " + states + " states, shared " + shared;
      assertClose(expected, actual, 4e-6f, what);
      assertClose(wanted, y, 2e-5f, what);
      assertEquals(rate != 1, Float.isNaN(Samples.get(y.data(), 1)), what);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void deltaRules(Kernels kernels) {
    for (int values : SIZES) {
      for (int keys : new int[] {1, 7, 32}) {
        int rows = 5;
        try (Arena arena = Arena.ofConfined()) {
          Floats q = floats(arena, rows, keys, 1);
          Floats k = floats(arena, rows, keys, 1);
          Floats v = floats(arena, rows, values, 1);
          Floats factors = dense(arena, rows, RecurrentKernels.FACTORS);
          for (int i = 0; i < rows; i++) {
            float[] row = {0.9f - 0.1f * i, 0.5f, 0.2f, 0.4f / keys};
            for (int j = 0; j < row.length; j++) {
              Samples.set(factors.data(), i * row.length + j, row[j]);
            }
          }
          Floats expected = dense(arena, keys, values);
          Floats actual = copy(arena, expected);
          Floats wanted = floats(arena, rows, values, 1);
          Floats y = copy(arena, wanted);
          SCALAR.delta(expected, q, k, v, factors, wanted);
          kernels.recurrent().delta(actual, q, k, v, factors, y);
          assertClose(expected, actual, 4e-6f, keys + " keys, " + values + " values");
          assertClose(wanted, y, 1e-5f, keys + " keys, " + values + " values");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void squares(Kernels kernels) {
    for (int n : SIZES) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment x = Samples.floats(arena, n + 1, 1, random);
        float expected = SCALAR.squares(x, 4, n);
        assertEquals(expected, kernels.recurrent().squares(x, 4, n), 1e-6f * expected);
      }
    }
  }
}
