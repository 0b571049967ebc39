package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attention and row operations of the vector set against the scalar oracle. */
class RowKernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final Kernels VECTOR = new VectorKernels();
  private static final int[] SIZES = {1, 3, 8, 15, 16, 17, 31, 64, 100, 576, 2050};

  /** Relative error of e^x and what is made of it: a polynomial of 1e-7 and some roundings. */
  private static final float EXP_ERROR = 4e-7f;

  private interface RowOperation {
    void run(Kernels kernels, MemorySegment x, int n);
  }

  /**
   * Runs an operation on copies of the same row, 4 bytes off alignment, and compares. x / (1 + e^x)
   * is 0 in float where e^x overflows, at 89 e^-89.
   */
  private static void compare(String what, float magnitude, float bound, RowOperation operation) {
    for (int n : SIZES) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment x = Samples.floats(arena, n + 2, magnitude, new Random(n));
        MemorySegment expected = arena.allocate(4L * (n + 2), 64).copyFrom(x);
        MemorySegment actual = arena.allocate(4L * (n + 2), 64).copyFrom(x);
        operation.run(SCALAR, expected.asSlice(4, 4L * n), n);
        operation.run(VECTOR, actual.asSlice(4, 4L * n), n);
        for (int i = 0; i < n + 2; i++) {
          float e = Samples.get(expected, i);
          String at = what + ", " + i + " of " + n;
          Samples.assertClose(e, Samples.get(actual, i), bound * Math.abs(e) + 1e-36f, at);
        }
      }
    }
  }

  @Test
  void scaleAndAdd() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment other = Samples.floats(arena, 4000, 1, new Random(1));
      compare("scale", 3, 0, (k, x, n) -> k.scale(x, 0, n, 1.7f));
      compare("addScaled", 3, 1e-7f, (k, x, n) -> k.addScaled(other, 8, n, -0.3f, x, 0));
    }
  }

  @Test
  void activations() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment up = Samples.floats(arena, 4000, 1, new Random(1));
      for (Activation f : Activation.values()) {
        for (float magnitude : new float[] {1e-3f, 1, 30}) {
          // GELU's exponent is 1.6 x (1 + 0.04 x²) in float: its rounding counts |u| times.
          float bound = f == Activation.GELU ? 100 * EXP_ERROR : 20 * EXP_ERROR;
          compare(f.name(), magnitude, bound, (k, x, n) -> k.activate(f, x, 0, n));
          compare(f + " glu", magnitude, bound, (k, x, n) -> k.glu(f, x, 0, up, 4, n));
        }
      }
      for (float magnitude : new float[] {1e-2f, 10, 1000}) {
        // 1 − 2 / (e^2x + 1) cancels down to tanh 0.25, a fourfold error at most.
        compare("softcap", magnitude, 4 * EXP_ERROR, (k, x, n) -> k.softcap(x, 0, n, 30));
      }
    }
  }

  @Test
  void exponentials() {
    for (float magnitude : new float[] {0.1f, 1, 30}) {
      compare("exp", magnitude, 30 * EXP_ERROR, (k, x, n) -> k.expInPlace(x, 0, n, 2.5f));
      compare(
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
      VECTOR.expInPlace(x, 0, edges.length, 0);
      for (int i = 0; i < edges.length; i++) {
        float e = (float) Math.exp(edges[i]);
        Samples.assertClose(e, Samples.get(x, i), e * EXP_ERROR + 0x1p-148f, "e^" + edges[i]);
      }
    }
  }

  @Test
  void exponentialIsAccurate() {
    try (Arena arena = Arena.ofConfined()) {
      int n = 200_000;
      MemorySegment x = arena.allocate(4L * n);
      for (int i = 0; i < n; i++) {
        Samples.set(x, i, -87 + 175f * i / n);
      }
      MemorySegment y = arena.allocate(4L * n).copyFrom(x);
      VECTOR.expInPlace(y, 0, n, 0);
      for (int i = 0; i < n; i++) {
        double e = Math.exp(Samples.get(x, i));
        assertEquals(1, Samples.get(y, i) / e, 1.2e-7, "e^" + Samples.get(x, i));
      }
    }
  }

  @Test
  void maximum() {
    compare("max", 5, 0, (k, x, n) -> Samples.set(x, 0, k.max(x, 0, n)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Samples.floats(arena, 40, 1, new Random(2));
      assertEquals(Float.NEGATIVE_INFINITY, VECTOR.max(x, 0, 0));
      for (int at : new int[] {3, 39}) {
        Samples.set(x, at, Float.NaN);
        assertTrue(Float.isNaN(VECTOR.max(x, 0, 40)));
        Samples.set(x, at, 0);
      }
    }
  }

  @Test
  void norms() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = Samples.floats(arena, 4000, 1, new Random(1));
      MemorySegment b = Samples.floats(arena, 4000, 5, new Random(2));
      // The sum of n squares in at least 4 lanes: n/4 + 8 roundings, halved by the root.
      float bound = (2050 / 8f + 16) * 0x1p-24f;
      for (float magnitude : new float[] {1e-4f, 1, 1e4f}) {
        for (MemorySegment weight : new MemorySegment[] {w, null}) {
          compare("rms", magnitude, bound, (k, x, n) -> k.rmsNorm(x, 0, n, weight, 1e-5f, x, 0));
          for (MemorySegment bias : new MemorySegment[] {b, null}) {
            compareLayerNorm(magnitude, weight, bias, arena);
          }
        }
      }
    }
  }

  /** Values near the mean cancel, so the bound is absolute: relative to the largest output. */
  private static void compareLayerNorm(
      float magnitude, MemorySegment weight, MemorySegment bias, Arena arena) {
    for (int n : SIZES) {
      if (n < 3) {
        continue;
      }
      MemorySegment x = Samples.floats(arena, n, magnitude, new Random(n));
      MemorySegment expected = arena.allocate(4L * n);
      MemorySegment actual = arena.allocate(4L * n);
      SCALAR.layerNorm(x, 0, n, weight, bias, 1e-5f, expected, 0);
      VECTOR.layerNorm(x, 0, n, weight, bias, 1e-5f, actual, 0);
      for (int i = 0; i < n; i++) {
        float e = Samples.get(expected, i);
        float bound = (n / 4f + 16) * 0x1p-24f * (Math.abs(e) + 50);
        Samples.assertClose(e, Samples.get(actual, i), bound, "layer norm, " + i + " of " + n);
      }
    }
  }

  @Test
  void rope() {
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
          VECTOR.rope(actual, 4, pairs, neox, angles, 0);
          for (int i = 0; i < 2 * pairs + 3; i++) {
            float e = Samples.get(expected, i);
            Samples.assertClose(e, Samples.get(actual, i), 1e-6f, "rope " + pairs + ", " + i);
          }
        }
      }
    }
  }

  @Test
  void scoresAndWeightedSums() {
    for (int d : new int[] {8, 64, 80, 100, 128, 256}) {
      for (int nq : new int[] {1, 3, 4, 9}) {
        for (int nk : new int[] {1, 2, 5, 64, 131}) {
          compareScores(d, nq, nk);
          compareWeightedSum(d, nq, nk);
        }
      }
    }
  }

  private static void compareScores(int d, int nq, int nk) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(d + nq + nk);
      MemorySegment q = Samples.floats(arena, nq * (d + 3), 1, random);
      MemorySegment k = Samples.floats(arena, nk * d, 1, random);
      int lds = nk + 1;
      MemorySegment expected = arena.allocate(4L * nq * lds);
      MemorySegment actual = arena.allocate(4L * nq * lds);
      SCALAR.scores(q, 0, d + 3, nq, k, 0, nk, d, 0.125f, expected, 0, lds);
      VECTOR.scores(q, 0, d + 3, nq, k, 0, nk, d, 0.125f, actual, 0, lds);
      for (int i = 0; i < nq; i++) {
        for (int j = 0; j < nk; j++) {
          double sum = 0;
          for (int e = 0; e < d; e++) {
            sum += Math.abs(Samples.get(q, i * (d + 3) + e) * Samples.get(k, j * d + e));
          }
          float bound = (float) (0.125 * sum * (d / 4 + 8) * 0x1p-24);
          int at = i * lds + j;
          Samples.assertClose(
              Samples.get(expected, at), Samples.get(actual, at), bound, "score " + d + " " + nk);
        }
      }
    }
  }

  private static void compareWeightedSum(int d, int nq, int nk) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(d + nq + nk);
      MemorySegment p = Samples.floats(arena, nq * (nk + 2), 1, random);
      MemorySegment v = Samples.floats(arena, nk * d, 1, random);
      MemorySegment keep = Samples.floats(arena, nq, 1, random);
      int ldo = d + 1;
      MemorySegment expected = Samples.floats(arena, nq * ldo, 1, random);
      MemorySegment actual = arena.allocate(expected.byteSize()).copyFrom(expected);
      MemorySegment before = arena.allocate(expected.byteSize()).copyFrom(expected);
      SCALAR.weightedSum(p, 0, nk + 2, nq, v, 0, nk, d, keep, 0, expected, 0, ldo);
      VECTOR.weightedSum(p, 0, nk + 2, nq, v, 0, nk, d, keep, 0, actual, 0, ldo);
      for (int i = 0; i < nq; i++) {
        for (int e = 0; e < ldo; e++) {
          double sum = Math.abs(Samples.get(keep, i) * Samples.get(before, i * ldo + e));
          for (int j = 0; e < d && j < nk; j++) {
            sum += Math.abs(Samples.get(p, i * (nk + 2) + j) * Samples.get(v, j * d + e));
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
  @Test
  void cacheRows() {
    try (Arena arena = Arena.ofConfined()) {
      int n = 96;
      MemorySegment x = Samples.floats(arena, n, 2, new Random(3));
      float largest = Math.max(VECTOR.max(x, 0, n), 8);
      Samples.set(x, 0, -largest);
      for (GgmlType type :
          new GgmlType[] {GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0}) {
        for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
          MemorySegment stored = arena.allocate(type.rowBytes(n) + 2);
          kernels.quantize(type, x, 0, n, stored, 2);
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
          () -> VECTOR.quantize(GgmlType.Q4_K, x, 0, 0, arena.allocate(200), 0));
    }
  }
}
