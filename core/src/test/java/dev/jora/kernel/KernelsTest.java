package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of every kernel set and type against the scalar oracle. */
class KernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final Kernels VECTOR = new VectorKernels();

  /** Every set but the oracle that this machine can run. */
  static final List<Kernels> SETS =
      KernelSets.all().stream().filter(set -> !set.name().equals("scalar")).toList();

  /** Weights start this far into their segment: blocks of 18, 34 or 210 bytes are unaligned too. */
  private static final long SHIFT = 6;

  static List<GgmlType> types() {
    return Arrays.stream(GgmlType.values()).filter(SCALAR::supports).toList();
  }

  static List<Arguments> setsAndTypes() {
    return SETS.stream()
        .flatMap(set -> types().stream().map(type -> Arguments.of(Named.of(set.name(), set), type)))
        .toList();
  }

  @Test
  void theVectorSetCoversWhateverTheOracleCovers() {
    for (GgmlType type : GgmlType.values()) {
      assertEquals(SCALAR.supports(type), VECTOR.supports(type), type.name());
    }
    assertTrue(types().size() >= 10);
  }

  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void productsMatchTheOracle(Kernels kernels, GgmlType type) {
    for (int k : new int[] {1, 5, 16, 32, 77, 96, 224, 256, 576, 2048, 2304}) {
      if (k % type.blockSize() == 0) {
        for (int rows : new int[] {1, 3, 17}) {
          for (int n : k == 2304 ? new int[] {5} : new int[] {1, 2, 5, 13}) {
            checkProducts(kernels, type, k, rows, n, 1);
          }
        }
      }
    }
    for (int k : new int[] {blocks(96, type), blocks(192, type)}) {
      checkProducts(kernels, type, k, 40, 64, 1);
      checkProducts(kernels, type, k, 5, 130, 1);
    }
  }

  /** At least {@code k} values, in whole blocks. */
  private static int blocks(int k, GgmlType type) {
    return (k + type.blockSize() - 1) / type.blockSize() * type.blockSize();
  }

  /** For a quick look at another width. */
  void someProductsMatchTheOracle(GgmlType type) {
    for (int k : new int[] {96, 256, 1280}) {
      if (k % type.blockSize() == 0) {
        checkProducts(VECTOR, type, k, 5, 5, 1);
      }
    }
  }

  /** Activations of extreme size; weights of extreme scale are in {@link #extremeBlocks}. */
  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void hugeAndTinyActivations(Kernels kernels, GgmlType type) {
    int k = 6 * type.blockSize() * (type.blockSize() == 1 ? 32 : 1);
    checkProducts(kernels, type, k, 3, 3, 1e20f);
    checkProducts(kernels, type, k, 3, 3, 1e-20f);
    checkProducts(kernels, type, k, 3, 3, 0);
  }

  private static void checkProducts(
      Kernels kernels, GgmlType type, int k, int rows, int n, float magnitude) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(k + 31L * rows + 1009L * n);
      MemorySegment w = Samples.weights(arena, type, rows * k, SHIFT, random);
      int ldx = k + 3;
      MemorySegment x = Samples.floats(arena, n * ldx, magnitude, random);
      checkProducts(kernels, type, w, k, rows, x, ldx, n, arena);
    }
  }

  private static void checkProducts(
      Kernels kernels,
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
    float[][] roundings = roundings(type, w, k, rows, x, ldx, n);
    boolean fixedPoint = isFixedPoint(kernels, type, k);
    float share = isInWords(kernels, type, k) ? 1 / 1800f : fixedPoint ? coarse(kernels) : 0;
    Floats floats = new Floats(x, 0, n, k, ldx);
    MemorySegment weights = w.asSlice(SHIFT);
    MatrixKernel kernel = kernels.matrix(type, k);
    MemorySegment expected = arena.allocate(4L * n * ldy, 64);
    Floats oracle = new Floats(expected, 0, n, rows, ldy);
    Multiply.run(SCALAR.matrix(type, k).batches(), weights, 0, rows, floats, oracle, arena);
    MemorySegment whole = arena.allocate(4L * n * ldy, 64);
    Floats many = new Floats(whole, 0, n, rows, ldy);
    Multiply.run(kernel.batches(), weights, 0, rows, floats, many, arena);
    MemorySegment single = arena.allocate(4L * n * ldy, 64);
    Floats one = new Floats(single, 0, n, rows, ldy);
    for (int t = 0; t < n; t++) {
      Floats token = Multiply.rows(floats, t, t + 1);
      Multiply.run(kernel.singles(), weights, 0, rows, token, Multiply.rows(one, t, t + 1), arena);
    }
    for (int t = 0; t < n; t++) {
      for (int r = 0; r < rows; r++) {
        int i = t * ldy + r;
        String at = type + ", k " + k + ", row " + r + " of " + rows + ", token " + t + " of " + n;
        float e = Samples.get(expected, i);
        float coarse = bound[t][r] + roundings[t][r] * share;
        Samples.assertClose(e, Samples.get(whole, i), coarse, at);
        float fine = bound[t][r] + (fixedPoint ? roundings[t][r] / 65024 : 0);
        Samples.assertClose(e, Samples.get(single, i), fine, at);
      }
    }
    checkPieces(kernel, kernels.rowGrain(), type, weights, floats, many, one, arena);
  }

  /** True if activations are rounded: in assembled kernels, for weights in blocks. */
  private static boolean isFixedPoint(Kernels kernels, GgmlType type, int k) {
    return type.blockSize() > 1 && kernels.matrix(type, k).batches().parts(2) > 0;
  }

  /**
   * True if weights and activations are rounded to words, in assembled kernels for several tokens:
   * runs of 32, to steps of the largest value / 32766 or the length of the run / 46330. For x that
   * is at most a step of 1/8190 of the largest, and half of it is lost. For w it is at most Σ |w| /
   * 32766, and half of it times 32 values of x: 1/2048 of {@link #roundings}, and both 1/1820.
   */
  private static boolean isInWords(Kernels kernels, GgmlType type, int k) {
    boolean halves = type == GgmlType.F16 || type == GgmlType.BF16;
    boolean decoded = type.blockSize() > 1 && kernels.name().equals("vnni, precise");
    return (halves && k % 32 == 0 || decoded) && kernels.matrix(type, k).batches().parts(2) > 0;
  }

  /** Half a step of activations in batches, as a share of the largest of a run. */
  private static float coarse(Kernels kernels) {
    return isPrecise(kernels) ? 1 / 65024f : 1 / 254f;
  }

  private static boolean isPrecise(Kernels kernels) {
    return kernels.name().endsWith("precise");
  }

  /** Asked for in pieces, the same bits come out. */
  private static void checkPieces(
      MatrixKernel kernel,
      int grain,
      GgmlType type,
      MemorySegment w,
      Floats x,
      Floats whole,
      Floats single,
      Arena arena) {
    int n = x.rows();
    int rows = whole.cols();
    MemorySegment memory = arena.allocate(4L * n * whole.stride(), 64);
    Floats y = new Floats(memory, 0, n, rows, whole.stride());
    for (int r = 0; r < rows; r += grain) {
      int end = Math.min(rows, r + grain);
      Floats first = Multiply.rows(x, 0, 1);
      Multiply.run(kernel.singles(), w, r, end, first, Multiply.rows(y, 0, 1), arena);
      for (int i = r; i < end; i++) {
        float expected = Samples.get(single.data(), i);
        assertEquals(expected, Samples.get(memory, i), type + ": one token by rows");
      }
      int split = n / 2;
      for (int part = 0; part < 2; part++) {
        int from = part == 0 ? 0 : split;
        int to = part == 0 ? split : n;
        Floats some = Multiply.rows(x, from, to);
        Multiply.run(kernel.batches(), w, r, end, some, Multiply.rows(y, from, to), arena);
      }
      for (int t = 0; t < n; t++) {
        for (int i = r; i < end; i++) {
          float expected = Samples.get(whole.data(), t * whole.stride() + i);
          float found = Samples.get(memory, t * whole.stride() + i);
          assertEquals(expected, found, type + ": several by rows and tokens");
        }
      }
    }
  }

  /**
   * Σ |w| · (largest |x| of its run of 32): what fixed point rounds. A step of the upper byte is
   * 1/127 of the largest, one of both bytes 1/32512, and rounding is off by half a step.
   */
  private static float[][] roundings(
      GgmlType type, MemorySegment w, int k, int rows, MemorySegment x, int ldx, int n) {
    float[] row = new float[k];
    float[][] sums = new float[n][rows];
    for (int r = 0; r < rows; r++) {
      BlockFormats.of(type).dequantize(w, SHIFT + r * type.rowBytes(k), row, 0, k);
      for (int t = 0; t < n; t++) {
        double sum = 0;
        for (int run = 0; run < k; run += 32) {
          float largest = 1e-30f; // what a run of zeros is taken for
          double weights = 0;
          for (int i = run; i < Math.min(k, run + 32); i++) {
            largest = Math.max(largest, Math.abs(Samples.get(x, t * ldx + i)));
            weights += Math.abs(row[i]);
          }
          sum += weights * largest;
        }
        sums[t][r] = (float) (sum * 1.0001);
      }
    }
    return sums;
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
  @MethodSource("setsAndTypes")
  void extremeBlocks(Kernels kernels, GgmlType type) {
    int k = type.blockSize() <= 32 ? 192 : 256;
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(5);
      MemorySegment x = Samples.floats(arena, k, 1, random);
      long bytes = type.rowBytes(k);
      MemorySegment w = arena.allocate(SHIFT + 3 * bytes, 64);
      checkProducts(kernels, type, w, k, 3, x, k, 1, arena);
      float[] row = new float[k];
      for (int trial = 0; trial < 200; trial++) {
        byte[] random3 = new byte[(int) (3 * bytes)];
        random.nextBytes(random3);
        MemorySegment.copy(random3, 0, w, ValueLayout.JAVA_BYTE, SHIFT, random3.length);
        boolean finite = true;
        for (int r = 0; r < 3; r++) {
          BlockFormats.of(type).dequantize(w, SHIFT + r * bytes, row, 0, k);
          for (float value : row) {
            finite &= Math.abs(value) < 1e30f;
          }
        }
        if (finite) {
          checkProducts(kernels, type, w, k, 3, x, k, 1, arena);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void notANumberStaysOne(Kernels kernels, GgmlType type) {
    int k = type.blockSize() <= 32 ? kernels == VECTOR ? 96 : 192 : 256;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = Samples.weights(arena, type, 3 * k, SHIFT, new Random(6));
      MemorySegment x = Samples.floats(arena, k, 1, new Random(7));
      MemorySegment y = arena.allocate(12, 64);
      MatrixKernel kernel = kernels.matrix(type, k);
      Floats floats = new Floats(x, 0, 1, k);
      Floats out = new Floats(y, 0, 1, 3);
      for (int at : new int[] {0, k / 2, k - 1}) {
        float before = Samples.get(x, at);
        Samples.set(x, at, Float.NaN);
        for (TokenProducts products : new TokenProducts[] {kernel.singles(), kernel.batches()}) {
          y.fill((byte) 0);
          Multiply.run(products, w.asSlice(SHIFT), 0, 3, floats, out, arena);
          assertTrue(Float.isNaN(Samples.get(y, 0)) && Float.isNaN(Samples.get(y, 2)));
        }
        Samples.set(x, at, before);
      }
    }
  }

  /**
   * Columns that are much larger than all others are multiplied by 16 bits in batches too: weights
   * that are 0 elsewhere show the error of those alone. Tiles round each value by itself, whatever
   * stands beside it.
   */
  @Test
  void outliersInBatchesAreAsExactAsInSingleTokens() {
    int k = 2048;
    int rows = 20;
    int ld = k;
    GgmlType type = GgmlType.Q8_0;
    for (Kernels kernels : SETS) {
      boolean bytes = List.of("vector", "avx2", "avx2, precise", "vnni").contains(kernels.name());
      for (int n : bytes ? new int[] {2, 5, 13, 30} : new int[0]) {
        try (Arena arena = Arena.ofConfined()) {
          Random random = new Random(n);
          MemorySegment w = arena.allocate(SHIFT + rows * type.rowBytes(k), 64);
          MemorySegment x = Samples.floats(arena, n * k, 1, random);
          int block = 40;
          for (int r = 0; r < rows; r++) {
            long at = SHIFT + r * type.rowBytes(k) + 34L * block;
            w.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(0.01f));
            for (int i = 0; i < 32; i++) {
              w.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) random.nextInt(-127, 128));
            }
          }
          for (int t = 0; t < n; t++) {
            Samples.set(x, t * ld + 32 * block + 7, 100 + t);
            Samples.set(x, t * ld + 32 * 3 + 1, 50); // others have outliers too
          }
          float[][] bound = bounds(type, w, k, rows, x, ld, n);
          float[][] roundings = roundings(type, w, k, rows, x, ld, n);
          MemorySegment expected = arena.allocate(4L * n * rows, 64);
          MemorySegment y = arena.allocate(4L * n * rows, 64);
          Floats floats = new Floats(x, 0, n, k);
          MemorySegment weights = w.asSlice(SHIFT);
          TokenProducts oracle = SCALAR.matrix(type, k).batches();
          Floats right = new Floats(expected, 0, n, rows);
          Multiply.run(oracle, weights, 0, rows, floats, right, arena);
          TokenProducts products = kernels.matrix(type, k).batches();
          Multiply.run(products, weights, 0, rows, floats, new Floats(y, 0, n, rows), arena);
          for (int i = 0; i < n * rows; i++) {
            float allowed = bound[i / rows][i % rows] + roundings[i / rows][i % rows] / 65024;
            String at = kernels.name() + ", product " + i + " of " + n + " tokens";
            Samples.assertClose(Samples.get(expected, i), Samples.get(y, i), allowed, at);
          }
        }
      }
    }
  }

  /** Decoding differs from the oracle by roundings of the parts of a value only. */
  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void dequantize(Kernels kernels, GgmlType type) {
    int n = type.blockSize() == 1 ? 77 : 6 * type.blockSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = Samples.weights(arena, type, n, SHIFT, new Random(8));
      MemorySegment expected = arena.allocate(4L * n + 8);
      MemorySegment actual = arena.allocate(4L * n + 8);
      SCALAR.dequantize(type, w, SHIFT, n, expected, 4);
      kernels.dequantize(type, w, SHIFT, n, actual, 4);
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
        w.set(ValueLayout.JAVA_SHORT, 2L * i, (short) i);
      }
      MemorySegment out = arena.allocate(4 * 65536);
      for (Kernels kernels : SETS) {
        kernels.dequantize(GgmlType.F16, w, 0, 65536, out, 0);
        for (int i = 0; i < 65536; i++) {
          float expected = Float.float16ToFloat((short) i);
          assertEquals(expected, Samples.get(out, i), kernels.name() + ", half " + i);
        }
      }
    }
  }

  /** Views of a tensor, and its experts, share code and what was prepared. */
  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void aMatrixHasOneKernel(Kernels kernels, GgmlType type) {
    for (int k : new int[] {256, 512}) {
      MatrixKernel kernel = kernels.matrix(type, k);
      assertEquals(kernel, kernels.matrix(type, k));
      assertEquals(kernel.singles().form(), kernels.matrix(type, k).singles().form());
      assertEquals(kernel.batches().form(), kernels.matrix(type, k).batches().form());
      assertNotEquals(kernel, kernels.matrix(type, k + 256));
      if (kernels instanceof AssembledKernels) {
        assertSame(kernel, kernels.matrix(type, k));
      }
    }
  }

  /** The first family that can, serves: bytes, words, floats, at last the Vector API. */
  @Test
  void rowsWithoutCodeAreTheVectorApis() {
    for (Kernels kernels : SETS) {
      assertEquals(VECTOR.matrix(GgmlType.Q4_0, 96), kernels.matrix(GgmlType.Q4_0, 96));
      MatrixKernel halves = kernels.matrix(GgmlType.F16, 512);
      MatrixKernel others = VECTOR.matrix(GgmlType.F16, 512);
      boolean avx2 = kernels instanceof Avx2Kernels;
      boolean vnni = kernels instanceof VnniKernels;
      assertEquals(avx2 || vnni, !halves.singles().equals(others.singles()), kernels.name());
      assertEquals(vnni, !halves.batches().equals(others.batches()), kernels.name());
    }
  }

  @Test
  void segmentsAreChecked() {
    SETS.forEach(KernelsTest::segmentsAreChecked);
  }

  private static void segmentsAreChecked(Kernels kernels) {
    MatrixKernel kernel = kernels.matrix(GgmlType.F32, 32);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(4 * 64);
      MemorySegment x = arena.allocate(4 * 32);
      MemorySegment y = arena.allocate(8);
      Floats token = new Floats(x, 0, 1, 32);
      Floats out = new Floats(y, 0, 1, 2);
      MemorySegment late = w.asSlice(4);
      for (TokenProducts by : new TokenProducts[] {kernel.singles(), kernel.batches()}) {
        Activations good = Multiply.prepared(by, token, arena);
        MemorySegment scratch = arena.allocate(by.scratchBytes(1), 64);
        by.multiply(w, 0, 2, good, out, scratch);
        Class<IndexOutOfBoundsException> bounds = IndexOutOfBoundsException.class;
        assertThrows(bounds, () -> by.multiply(late, 0, 2, good, out, scratch));
        assertThrows(bounds, () -> by.multiply(w, 0, 3, good, out, scratch));
        assertThrows(bounds, () -> by.multiply(w, -1, 1, good, out, scratch));
        Floats after = new Floats(y, 4, 1, 2);
        assertThrows(bounds, () -> by.multiply(w, 0, 2, good, after, scratch));
        MemorySegment heap = MemorySegment.ofArray(new float[4096]);
        if (by.parts(1) > 0) {
          Floats tooFar = new Floats(x, 4, 1, 32);
          assertThrows(bounds, () -> Multiply.prepared(by, tooFar, arena));
          Activations none = new Activations(token, x.asSlice(4));
          assertThrows(bounds, () -> by.multiply(w, 0, 2, none, out, scratch));
          Activations onHeap = new Activations(token, heap);
          assertThrows(
              IllegalArgumentException.class, () -> by.multiply(w, 0, 2, onHeap, out, scratch));
        } else {
          Activations tooFar = new Activations(new Floats(x, 4, 1, 32), x);
          assertThrows(bounds, () -> by.multiply(w, 0, 2, tooFar, out, scratch));
          Activations onHeap = new Activations(new Floats(heap, 0, 1, 32), x);
          assertThrows(
              IllegalArgumentException.class, () -> by.multiply(w, 0, 2, onHeap, out, scratch));
        }
      }
    }
  }
}
