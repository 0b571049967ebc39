package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of every kernel set and type against the scalar oracle. */
class KernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final Kernels VECTOR = new VectorKernels();

  /** Weights start this far into their segment: blocks of 18, 34 or 210 bytes are unaligned too. */
  private static final long SHIFT = 6;

  static List<GgmlType> types() {
    return Arrays.stream(GgmlType.values()).filter(SCALAR::supports).toList();
  }

  @Test
  void theVectorSetCoversWhateverTheOracleCovers() {
    for (GgmlType type : GgmlType.values()) {
      assertEquals(SCALAR.supports(type), VECTOR.supports(type), type.name());
    }
    assertTrue(types().size() >= 10);
  }

  @ParameterizedTest
  @MethodSource("types")
  void productsMatchTheOracle(GgmlType type) {
    for (int k : new int[] {32, 96, 224, 256, 576, 2048, 2304}) {
      if (k % type.blockSize() == 0) {
        for (int rows : new int[] {1, 3, 17}) {
          for (int n : k == 2304 ? new int[] {5} : new int[] {1, 2, 5, 13}) {
            checkProducts(type, k, rows, n, 1);
          }
        }
      }
    }
    int k = Math.max(96, type.blockSize());
    checkProducts(type, k, 40, 64, 1);
    checkProducts(type, k, 5, 130, 1);
  }

  /** For a quick look at another width. */
  void someProductsMatchTheOracle(GgmlType type) {
    for (int k : new int[] {96, 256, 1280}) {
      if (k % type.blockSize() == 0) {
        checkProducts(type, k, 5, 5, 1);
      }
    }
  }

  /** Activations of extreme size; weights of extreme scale are in {@link #extremeBlocks}. */
  @ParameterizedTest
  @MethodSource("types")
  void hugeAndTinyActivations(GgmlType type) {
    int k = 3 * type.blockSize() * (type.blockSize() == 1 ? 32 : 1);
    checkProducts(type, k, 3, 3, 1e20f);
    checkProducts(type, k, 3, 3, 1e-20f);
    checkProducts(type, k, 3, 3, 0);
  }

  private static void checkProducts(GgmlType type, int k, int rows, int n, float magnitude) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(k + 31L * rows + 1009L * n);
      MemorySegment w = Samples.weights(arena, type, rows * k, SHIFT, random);
      int ldx = k + 3;
      MemorySegment x = Samples.floats(arena, n * ldx, magnitude, random);
      checkProducts(type, w, k, rows, x, ldx, n, arena);
    }
  }

  private static void checkProducts(
      GgmlType type,
      MemorySegment w,
      int k,
      int rows,
      MemorySegment x,
      int ldx,
      int n,
      Arena arena) {
    int ldy = rows + 2;
    float[][] bound = bounds(type, w, k, rows, x, ldx, n);
    MemorySegment expected = arena.allocate(4L * n * ldy, 64);
    SCALAR.gemm(type, w, SHIFT, k, 0, rows, x, 0, ldx, n, null, expected, 0, ldy, null);
    MemorySegment scratch = arena.allocate(VECTOR.gemmScratchBytes(type, k, n), 64);
    MemorySegment whole = arena.allocate(4L * n * ldy, 64);
    VECTOR.gemm(type, w, SHIFT, k, 0, rows, x, 0, ldx, n, null, whole, 0, ldy, scratch);
    MemorySegment single = arena.allocate(4L * n * ldy, 64);
    MemorySegment prepared = arena.allocate(VECTOR.preparedBytes(type, k), 64);
    for (int t = 0; t < n; t++) {
      VECTOR.prepare(type, x, 4L * t * ldx, k, prepared, 0);
      VECTOR.gemv(type, w, SHIFT, k, 0, rows, prepared, 0, single, 4L * t * ldy);
    }
    for (int t = 0; t < n; t++) {
      for (int r = 0; r < rows; r++) {
        int i = t * ldy + r;
        String at = type + ", k " + k + ", row " + r + " of " + rows + ", token " + t + " of " + n;
        Samples.assertClose(Samples.get(expected, i), Samples.get(whole, i), bound[t][r], at);
        Samples.assertClose(Samples.get(expected, i), Samples.get(single, i), bound[t][r], at);
      }
    }
    checkPieces(type, w, k, rows, x, ldx, n, whole, single, arena);
  }

  /** Asked for in pieces, the same bits come out. */
  private static void checkPieces(
      GgmlType type,
      MemorySegment w,
      int k,
      int rows,
      MemorySegment x,
      int ldx,
      int n,
      MemorySegment whole,
      MemorySegment single,
      Arena arena) {
    int ldy = rows + 2;
    int grain = VECTOR.rowGrain();
    MemorySegment scratch = arena.allocate(VECTOR.gemmScratchBytes(type, k, n), 64);
    MemorySegment prepared = arena.allocate(VECTOR.preparedBytes(type, k), 64);
    MemorySegment y = arena.allocate(4L * n * ldy, 64);
    for (int r = 0; r < rows; r += grain) {
      int end = Math.min(rows, r + grain);
      VECTOR.prepare(type, x, 0, k, prepared, 0);
      VECTOR.gemv(type, w, SHIFT, k, r, end, prepared, 0, y, 0);
      for (int i = r; i < end; i++) {
        assertEquals(Samples.get(single, i), Samples.get(y, i), type + ": gemv by rows");
      }
      int split = n / 2;
      VECTOR.gemm(type, w, SHIFT, k, r, end, x, 0, ldx, split, null, y, 0, ldy, scratch);
      VECTOR.gemm(
          type,
          w,
          SHIFT,
          k,
          r,
          end,
          x,
          4L * split * ldx,
          ldx,
          n - split,
          null,
          y,
          4L * split * ldy,
          ldy,
          scratch);
      for (int t = 0; t < n; t++) {
        for (int i = r; i < end; i++) {
          float expected = Samples.get(whole, t * ldy + i);
          assertEquals(expected, Samples.get(y, t * ldy + i), type + ": gemm by rows and tokens");
        }
      }
    }
  }

  /**
   * The error allowed for y[t][r]. A kernel adds k products in at least 4 lanes, so no value goes
   * through more than k/4 + 8 roundings of 2^-24 each. Decoding rounds up to 4 times more, relative
   * to the parts d q and m of a value and not to their sum, so the largest value of the block
   * stands for every weight in it. Σ |w x| of those times (k/4 + 16) 2^-24 bounds them all. 2^-149
   * is what one denormal product may lose.
   */
  private static float[][] bounds(
      GgmlType type, MemorySegment w, int k, int rows, MemorySegment x, int ldx, int n) {
    BlockFormat format = BlockFormats.of(type);
    int block = type.blockSize();
    float[] row = new float[k];
    float[][] bounds = new float[n][rows];
    for (int r = 0; r < rows; r++) {
      format.dequantize(w, SHIFT + r * type.rowBytes(k), row, 0, k);
      for (int b = 0; b < k; b += block) {
        float largest = 0;
        for (int i = b; i < b + block; i++) {
          largest = Math.max(largest, Math.abs(row[i]));
        }
        Arrays.fill(row, b, b + block, largest);
      }
      for (int t = 0; t < n; t++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum += (double) row[i] * Math.abs(Samples.get(x, t * ldx + i));
        }
        bounds[t][r] = (float) (sum * (k / 4 + 16) * 0x1p-24 + k * 0x1p-149);
      }
    }
    return bounds;
  }

  /** Blocks of zeros, of all ones where that is finite, and of random bytes of any scale. */
  @ParameterizedTest
  @MethodSource("types")
  void extremeBlocks(GgmlType type) {
    int k = Math.max(96, type.blockSize());
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(5);
      MemorySegment x = Samples.floats(arena, k, 1, random);
      long bytes = type.rowBytes(k);
      MemorySegment w = arena.allocate(SHIFT + 3 * bytes, 64);
      checkProducts(type, w, k, 3, x, k, 1, arena);
      float[] row = new float[k];
      for (int trial = 0; trial < 200; trial++) {
        byte[] random3 = new byte[(int) (3 * bytes)];
        random.nextBytes(random3);
        MemorySegment.copy(
            random3, 0, w, java.lang.foreign.ValueLayout.JAVA_BYTE, SHIFT, random3.length);
        boolean finite = true;
        for (int r = 0; r < 3; r++) {
          BlockFormats.of(type).dequantize(w, SHIFT + r * bytes, row, 0, k);
          for (float value : row) {
            finite &= Math.abs(value) < 1e30f;
          }
        }
        if (finite) {
          checkProducts(type, w, k, 3, x, k, 1, arena);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void notANumberStaysOne(GgmlType type) {
    int k = Math.max(96, type.blockSize());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = Samples.weights(arena, type, 3 * k, SHIFT, new Random(6));
      MemorySegment x = Samples.floats(arena, k, 1, new Random(7));
      MemorySegment y = arena.allocate(12, 64);
      MemorySegment prepared = arena.allocate(VECTOR.preparedBytes(type, k), 64);
      MemorySegment scratch = arena.allocate(VECTOR.gemmScratchBytes(type, k, 1), 64);
      for (int at : new int[] {0, k / 2, k - 1}) {
        float before = Samples.get(x, at);
        Samples.set(x, at, Float.NaN);
        VECTOR.prepare(type, x, 0, k, prepared, 0);
        VECTOR.gemv(type, w, SHIFT, k, 0, 3, prepared, 0, y, 0);
        assertTrue(Float.isNaN(Samples.get(y, 0)) && Float.isNaN(Samples.get(y, 2)));
        y.fill((byte) 0);
        VECTOR.gemm(type, w, SHIFT, k, 0, 3, x, 0, k, 1, null, y, 0, 3, scratch);
        assertTrue(Float.isNaN(Samples.get(y, 0)) && Float.isNaN(Samples.get(y, 2)));
        Samples.set(x, at, before);
      }
    }
  }

  /** Decoding differs from the oracle by roundings of the parts of a value only. */
  @ParameterizedTest
  @MethodSource("types")
  void dequantize(GgmlType type) {
    int n = type.blockSize() == 1 ? 77 : 3 * type.blockSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = Samples.weights(arena, type, n, SHIFT, new Random(8));
      MemorySegment expected = arena.allocate(4L * n + 8);
      MemorySegment actual = arena.allocate(4L * n + 8);
      SCALAR.dequantize(type, w, SHIFT, n, expected, 4);
      VECTOR.dequantize(type, w, SHIFT, n, actual, 4);
      assertEquals(0, Samples.get(actual, 0), "before the row");
      assertEquals(0, Samples.get(actual, n + 1), "behind the row");
      float largest = 0;
      for (int i = 1; i <= n; i++) {
        largest = Math.max(largest, Math.abs(Samples.get(expected, i)));
      }
      for (int i = 1; i <= n; i++) {
        float bound = 4 * 0x1p-24f * largest;
        Samples.assertClose(
            Samples.get(expected, i), Samples.get(actual, i), bound, type + " " + i);
      }
    }
  }

  /** Every half there is. */
  @Test
  void halves() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(2 * 65536);
      for (int i = 0; i < 65536; i++) {
        w.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 2L * i, (short) i);
      }
      MemorySegment out = arena.allocate(4 * 65536);
      VECTOR.dequantize(GgmlType.F16, w, 0, 65536, out, 0);
      for (int i = 0; i < 65536; i++) {
        float expected = Float.float16ToFloat((short) i);
        assertEquals(expected, Samples.get(out, i), "half " + i);
      }
    }
  }

  @Test
  void segmentsAreChecked() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(4 * 64);
      MemorySegment x = arena.allocate(4 * 32);
      MemorySegment y = arena.allocate(8);
      VECTOR.gemv(GgmlType.F32, w, 0, 32, 0, 2, x, 0, y, 0);
      Class<IndexOutOfBoundsException> bounds = IndexOutOfBoundsException.class;
      assertThrows(bounds, () -> VECTOR.gemv(GgmlType.F32, w, 4, 32, 0, 2, x, 0, y, 0));
      assertThrows(bounds, () -> VECTOR.gemv(GgmlType.F32, w, 0, 32, 0, 3, x, 0, y, 0));
      assertThrows(bounds, () -> VECTOR.gemv(GgmlType.F32, w, 0, 32, 0, 2, x, 4, y, 0));
      assertThrows(bounds, () -> VECTOR.gemv(GgmlType.F32, w, 0, 32, 0, 2, x, 0, y, 4));
      MemorySegment heap = MemorySegment.ofArray(new float[32]);
      assertThrows(
          IllegalArgumentException.class,
          () -> VECTOR.gemv(GgmlType.F32, w, 0, 32, 0, 2, heap, 0, y, 0));
    }
  }
}
