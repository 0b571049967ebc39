package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention and row operations of every kernel set against the scalar oracle. */
class RowKernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final int[] SIZES = {1, 3, 8, 15, 16, 17, 31, 64, 100, 576, 2048, 2050};

  /** Relative error of e^x and what is made of it: a polynomial of 1e-7 and some roundings. */
  private static final float EXP_ERROR = 4e-7f;

  static List<Arguments> sets() {
    return KernelsTest.SETS.stream().map(set -> Arguments.of(Named.of(set.name(), set))).toList();
  }

  private interface RowOperation {
    void run(Kernels kernels, MemorySegment x, int n);
  }

  /**
   * Runs an operation on copies of the same row, 4 bytes off alignment, and compares. x / (1 + e^x)
   * is 0 in float where e^x overflows, at 89 e^-89.
   */
  private static void compare(
      Kernels kernels, String what, float magnitude, float bound, RowOperation operation) {
    for (int n : SIZES) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment x = Samples.floats(arena, n + 2, magnitude, new Random(n));
        MemorySegment expected = arena.allocate(4L * (n + 2), 64).copyFrom(x);
        MemorySegment actual = arena.allocate(4L * (n + 2), 64).copyFrom(x);
        operation.run(SCALAR, expected.asSlice(4, 4L * n), n);
        operation.run(kernels, actual.asSlice(4, 4L * n), n);
        for (int i = 0; i < n + 2; i++) {
          float e = Samples.get(expected, i);
          String at = what + ", " + i + " of " + n;
          Samples.assertClose(e, Samples.get(actual, i), bound * Math.abs(e) + 1e-36f, at);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void scaleAndAdd(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment other = Samples.floats(arena, 4000, 1, new Random(1));
      compare(kernels, "scale", 3, 0, (k, x, n) -> k.scale(x, 0, n, 1.7f));
      compare(kernels, "addScaled", 3, 1e-7f, (k, x, n) -> k.addScaled(other, 8, n, -0.3f, x, 0));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void activations(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment up = Samples.floats(arena, 4000, 1, new Random(1));
      for (Activation f : Activation.values()) {
        for (float magnitude : new float[] {1e-3f, 1, 30}) {
          // GELU's exponent is 1.6 x (1 + 0.04 x²) in float: its rounding counts |u| times.
          float bound = f == Activation.GELU ? 100 * EXP_ERROR : 20 * EXP_ERROR;
          compare(kernels, f.name(), magnitude, bound, (k, x, n) -> k.activate(f, x, 0, n));
          compare(kernels, f + " glu", magnitude, bound, (k, x, n) -> k.glu(f, x, 0, up, 4, n));
        }
      }
      for (float magnitude : new float[] {1e-2f, 10, 1000}) {
        // 1 − 2 / (e^2x + 1) cancels down to tanh 0.25, a fourfold error at most.
        compare(kernels, "softcap", magnitude, 4 * EXP_ERROR, (k, x, n) -> k.softcap(x, 0, n, 30));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void productsAndLimits(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment other = Samples.floats(arena, 4000, 1, new Random(1));
      compare(kernels, "times", 3, 0, (k, x, n) -> k.times(other, 8, n, x, 0));
      for (float limit : new float[] {1.5f, Float.POSITIVE_INFINITY}) {
        compare(kernels, "gate", 3, 0, (k, x, n) -> k.limit(x, 0, other, 8, n, limit, 1));
        compare(kernels, "up", 3, 0, (k, x, n) -> k.limit(other, 8, x, 0, n, limit, 1));
      }
    }
  }

  /** Its terms cancel at a root, so they are what an error is measured by, each about |x|. */
  @ParameterizedTest
  @MethodSource("sets")
  void xielu(Kernels kernels) {
    Xielu f = new Xielu(0.8f, 1.3f, 0.5f, -1e-6f);
    for (float magnitude : new float[] {1e-6f, 1e-2f, 1, 30, 1000}) {
      for (int n : SIZES) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment x = Samples.floats(arena, n + 2, magnitude, new Random(n));
          MemorySegment actual = arena.allocate(4L * (n + 2), 64).copyFrom(x);
          kernels.activate(f, actual, 4, n);
          for (int i = 0; i < n + 2; i++) {
            float from = Samples.get(x, i);
            float e = i == 0 || i > n ? from : f.of(from);
            float bound = EXP_ERROR * (Math.abs(e) + Math.abs(from));
            Samples.assertClose(e, Samples.get(actual, i), bound, "xIELU of " + from);
          }
        }
      }
    }
  }

  /** A limit hides no value that is none; and one is found wherever it stands. */
  @ParameterizedTest
  @MethodSource("sets")
  void valuesThatAreNoneStayAndAreFound(Kernels kernels) {
    for (float none : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int n : SIZES) {
        for (int at : new int[] {0, n / 2, n - 1}) {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = Samples.floats(arena, n + 1, 1e38f, new Random(n));
            for (int i = 0; i <= n; i++) {
              Samples.set(x, i, Math.clamp(Samples.get(x, i), -3e38f, 3e38f));
            }
            MemorySegment up = arena.allocate(4L * (n + 1), 64).copyFrom(x);
            assertTrue(kernels.isFinite(x, 4, n));
            Samples.set(x, 1 + at, none);
            assertFalse(kernels.isFinite(x, 4, n));
            Samples.set(up, 1 + at, none);
            kernels.limit(x, 4, up, 4, n, 7, 1);
            assertTrue(Float.isNaN(Samples.get(x, 1 + at)));
            assertTrue(Float.isNaN(Samples.get(up, 1 + at)));
          }
        }
      }
    }
  }

  /** Where exponents overflow, and at what is no number; more values than fill a vector. */
  @ParameterizedTest
  @MethodSource("sets")
  void activationsOfExtremes(Kernels kernels) {
    float[] edges = {
      0,
      -0f,
      89,
      -89,
      -200,
      1e4f,
      -1e4f,
      1e13f,
      -1e13f,
      -3e13f,
      1e20f,
      -1e20f,
      3e38f,
      -3e38f,
      Float.POSITIVE_INFINITY,
      Float.NaN
    };
    int n = 2 * edges.length + 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment up = arena.allocate(4L * n, 64);
      for (Activation f : Activation.values()) {
        MemorySegment expected = arena.allocate(4L * n, 64);
        for (int i = 0; i < n; i++) {
          Samples.set(up, i, 0.5f);
          Samples.set(expected, i, edges[i % edges.length]);
        }
        for (int size : new int[] {edges.length, n}) {
          MemorySegment gate = arena.allocate(4L * n, 64).copyFrom(expected);
          MemorySegment alone = arena.allocate(4L * n, 64).copyFrom(expected);
          MemorySegment wanted = arena.allocate(4L * n, 64).copyFrom(expected);
          SCALAR.activate(f, wanted, 0, size);
          kernels.activate(f, alone, 0, size);
          kernels.glu(f, gate, 0, up, 0, size);
          for (int i = 0; i < size; i++) {
            float e = Samples.get(wanted, i);
            float bound = 100 * EXP_ERROR * Math.abs(e) + 1e-36f;
            String at = f + " of " + Samples.get(expected, i);
            Samples.assertClose(e, Samples.get(alone, i), bound, at);
            Samples.assertClose(0.5f * e, Samples.get(gate, i), bound, at + ", glu");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void exponentials(Kernels kernels) {
    for (float magnitude : new float[] {0.1f, 1, 30}) {
      compare(kernels, "exp", magnitude, 30 * EXP_ERROR, (k, x, n) -> k.expInPlace(x, 0, n, 2.5f));
      compare(
          kernels,
          "sum of exp",
          magnitude,
          30 * EXP_ERROR,
          (k, x, n) -> Samples.set(x, 0, k.expInPlace(x, 0, n, 2.5f)));
    }
    try (Arena arena = Arena.ofConfined()) {
      float[] edges = {
        Float.NEGATIVE_INFINITY,
        -1000,
        -104.5f,
        -103,
        -87.4f,
        -0f,
        0,
        88.7f,
        89.5f,
        1000,
        Float.POSITIVE_INFINITY,
        Float.NaN
      };
      MemorySegment x = arena.allocate(4L * edges.length);
      for (int i = 0; i < edges.length; i++) {
        Samples.set(x, i, edges[i]);
      }
      kernels.expInPlace(x, 0, edges.length, 0);
      for (int i = 0; i < edges.length; i++) {
        float e = (float) Math.exp(edges[i]);
        Samples.assertClose(e, Samples.get(x, i), e * EXP_ERROR + 0x1p-148f, "e^" + edges[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void exponentialIsAccurate(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      int n = 200_000;
      MemorySegment x = arena.allocate(4L * n);
      for (int i = 0; i < n; i++) {
        Samples.set(x, i, -87 + 175f * i / n);
      }
      MemorySegment y = arena.allocate(4L * n).copyFrom(x);
      kernels.expInPlace(y, 0, n, 0);
      for (int i = 0; i < n; i++) {
        double e = Math.exp(Samples.get(x, i));
        assertEquals(1, Samples.get(y, i) / e, 1.2e-7, "e^" + Samples.get(x, i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void maximum(Kernels kernels) {
    compare(kernels, "max", 5, 0, (k, x, n) -> Samples.set(x, 0, k.max(x, 0, n)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Samples.floats(arena, 40, 1, new Random(2));
      assertEquals(Float.NEGATIVE_INFINITY, kernels.max(x, 0, 0));
      for (int at : new int[] {3, 39}) {
        Samples.set(x, at, Float.NaN);
        assertTrue(Float.isNaN(kernels.max(x, 0, 40)));
        Samples.set(x, at, 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void norms(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = Samples.floats(arena, 4000, 1, new Random(1));
      MemorySegment b = Samples.floats(arena, 4000, 5, new Random(2));
      // The sum of n squares in at least 4 lanes: n/4 + 8 roundings, halved by the root. Sets whose
      // factor is a float have 16 lanes or more, n/16 + 4 roundings; 1/n, its product and eps add
      // 3,
      // and behind the halving come the root, the division, two products and the oracle's own.
      float bound = (2050 / 8f + 16) * 0x1p-24f;
      for (float magnitude : new float[] {1e-4f, 1, 1e4f}) {
        for (MemorySegment weight : new MemorySegment[] {w, null}) {
          compare(
              kernels,
              "rms",
              magnitude,
              bound,
              (k, x, n) -> k.rmsNorm(x, 0, n, weight, 1e-5f, x, 0));
          for (MemorySegment bias : new MemorySegment[] {b, null}) {
            compareLayerNorm(kernels, magnitude, weight, bias, arena);
          }
        }
      }
    }
  }

  /** Values near the mean cancel, so the bound is absolute: relative to the largest output. */
  private static void compareLayerNorm(
      Kernels kernels, float magnitude, MemorySegment weight, MemorySegment bias, Arena arena) {
    for (int n : SIZES) {
      if (n < 3) {
        continue;
      }
      MemorySegment x = Samples.floats(arena, n, magnitude, new Random(n));
      MemorySegment expected = arena.allocate(4L * n);
      MemorySegment actual = arena.allocate(4L * n);
      SCALAR.layerNorm(x, 0, n, weight, bias, 1e-5f, expected, 0);
      kernels.layerNorm(x, 0, n, weight, bias, 1e-5f, actual, 0);
      for (int i = 0; i < n; i++) {
        float e = Samples.get(expected, i);
        float bound = (n / 4f + 16) * 0x1p-24f * (Math.abs(e) + 50);
        Samples.assertClose(e, Samples.get(actual, i), bound, "layer norm, " + i + " of " + n);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void rope(Kernels kernels) {
    for (boolean neox : new boolean[] {true, false}) {
      for (int pairs : new int[] {1, 5, 16, 20, 32, 64}) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment angles = arena.allocate(8L * pairs);
          for (int i = 0; i < pairs; i++) {
            Samples.set(angles, i, (float) Math.cos(i + 0.5));
            Samples.set(angles, pairs + i, (float) Math.sin(i + 0.5));
          }
          MemorySegment x = Samples.floats(arena, 2 * pairs + 3, 1, new Random(pairs));
          MemorySegment expected = arena.allocate(x.byteSize()).copyFrom(x);
          MemorySegment actual = arena.allocate(x.byteSize()).copyFrom(x);
          SCALAR.rope(expected, 4, pairs, neox, angles, 0);
          kernels.rope(actual, 4, pairs, neox, angles, 0);
          for (int i = 0; i < 2 * pairs + 3; i++) {
            float e = Samples.get(expected, i);
            Samples.assertClose(e, Samples.get(actual, i), 1e-6f, "rope " + pairs + ", " + i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void scoresAndWeightedSums(Kernels kernels) {
    for (int d : new int[] {8, 64, 80, 100, 128, 256}) {
      for (int nq : new int[] {1, 3, 4, 9}) {
        for (int nk : new int[] {1, 2, 5, 64, 131}) {
          compareScores(kernels, d, nq, nk);
          compareWeightedSum(kernels, d, nq, nk);
        }
      }
    }
  }

  private static void compareScores(Kernels kernels, int d, int nq, int nk) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(d + nq + nk);
      MemorySegment q = Samples.floats(arena, nq * (d + 3), 1, random);
      MemorySegment k = Samples.floats(arena, nk * (d + 2), 1, random);
      int lds = nk + 1;
      MemorySegment expected = arena.allocate(4L * nq * lds);
      MemorySegment actual = arena.allocate(4L * nq * lds);
      Floats queries = new Floats(q, 0, nq, d, d + 3);
      Floats keys = new Floats(k, 0, nk, d, d + 2);
      SCALAR.scores(queries, keys, 0.125f, new Floats(expected, 0, nq, nk, lds));
      kernels.scores(queries, keys, 0.125f, new Floats(actual, 0, nq, nk, lds));
      for (int i = 0; i < nq; i++) {
        for (int j = 0; j < nk; j++) {
          double sum = 0;
          for (int e = 0; e < d; e++) {
            sum += Math.abs(Samples.get(q, i * (d + 3) + e) * Samples.get(k, j * (d + 2) + e));
          }
          float bound = (float) (0.125 * sum * (d / 4 + 8) * 0x1p-24);
          int at = i * lds + j;
          Samples.assertClose(
              Samples.get(expected, at), Samples.get(actual, at), bound, "score " + d + " " + nk);
        }
      }
    }
  }

  private static void compareWeightedSum(Kernels kernels, int d, int nq, int nk) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(d + nq + nk);
      MemorySegment p = Samples.floats(arena, nq * (nk + 2), 1, random);
      MemorySegment v = Samples.floats(arena, nk * (d + 2), 1, random);
      MemorySegment keep = Samples.floats(arena, nq, 1, random);
      int ldo = d + 1;
      MemorySegment expected = Samples.floats(arena, nq * ldo, 1, random);
      MemorySegment actual = arena.allocate(expected.byteSize()).copyFrom(expected);
      MemorySegment before = arena.allocate(expected.byteSize()).copyFrom(expected);
      Floats shares = new Floats(p, 0, nq, nk, nk + 2);
      Floats values = new Floats(v, 0, nk, d, d + 2);
      Floats kept = new Floats(keep, 0, 1, nq);
      SCALAR.weightedSum(shares, values, kept, new Floats(expected, 0, nq, d, ldo));
      kernels.weightedSum(shares, values, kept, new Floats(actual, 0, nq, d, ldo));
      for (int i = 0; i < nq; i++) {
        for (int e = 0; e < ldo; e++) {
          double sum = Math.abs(Samples.get(keep, i) * Samples.get(before, i * ldo + e));
          for (int j = 0; e < d && j < nk; j++) {
            sum += Math.abs(Samples.get(p, i * (nk + 2) + j) * Samples.get(v, j * (d + 2) + e));
          }
          float bound = e < d ? (float) (sum * (nk + 2) * 0x1p-24) : 0;
          int at = i * ldo + e;
          Samples.assertClose(
              Samples.get(expected, at), Samples.get(actual, at), bound, "sum " + d + " " + nk);
        }
      }
    }
  }

  /** What is stored and read again is within the step of its format. */
  @ParameterizedTest
  @MethodSource("sets")
  void cacheRows(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      int n = 96;
      MemorySegment x = Samples.floats(arena, n, 2, new Random(3));
      float largest = Math.max(kernels.max(x, 0, n), 8);
      Samples.set(x, 0, -largest);
      for (GgmlType type :
          new GgmlType[] {GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0}) {
        for (Kernels set : new Kernels[] {SCALAR, kernels}) {
          MemorySegment stored = arena.allocate(type.rowBytes(n) + 2);
          set.quantize(type, x, 0, n, stored, 2);
          float[] read = new float[n];
          BlockFormats.of(type).dequantize(stored, 2, read, 0, n);
          for (int i = 0; i < n; i++) {
            float value = Samples.get(x, i);
            float bound =
                switch (type) {
                  case F32 -> 0;
                  case F16 -> Math.abs(value) * 0x1p-11f;
                  case BF16 -> Math.abs(value) * 0x1p-8f;
                  // Half a step of the largest block, and the rounding of its scale to a half.
                  default -> largest / 127 / 2 + largest * 0x1p-11f;
                };
            Samples.assertClose(value, read[i], bound, type + " " + i);
          }
        }
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.quantize(GgmlType.Q4_K, x, 0, 0, arena.allocate(200), 0));
    }
  }
}
