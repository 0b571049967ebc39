package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.Grid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels as the compiler makes them, against plain loops, and with faults planted in them. */
final class SamplesTest {
  private final Random random = new Random(1);

  private static void near(float[] got, double[] want) {
    double error = 0;
    double all = 0;
    for (int i = 0; i < want.length; i++) {
      error += (got[i] - want[i]) * (got[i] - want[i]);
      all += want[i] * want[i];
    }
    assertTrue(error <= 1e-11 * all, "NMSE %g".formatted(error / all));
  }

  private float[] normal(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int nibble(byte[] block, int sub, int i) {
    int both = block[16 + 32 * (sub / 2) + i];
    return sub % 2 == 0 ? both & 15 : both >> 4 & 15;
  }

  /** The weights of a Q4_K block. */
  private static void q4k(byte[] block, double[] to, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    double d = Half.decode(buffer.getShort(0) & 0xffff, false);
    double least = Half.decode(buffer.getShort(2) & 0xffff, false);
    for (int sub = 0; sub < 8; sub++) {
      int k = sub % 4;
      int low = block[4 + k] & 255;
      int high = block[8 + k] & 255;
      int both = block[12 + k] & 255;
      int scale = sub < 4 ? low & 63 : both & 15 | low >> 6 << 4;
      int min = sub < 4 ? high & 63 : both >> 4 | high >> 6 << 4;
      for (int i = 0; i < 32; i++) {
        to[at + 32 * sub + i] = d * scale * nibble(block, sub, i) - least * min;
      }
    }
  }

  /** Runs both kernels of the sample on some rows, of which {@code given} are there. */
  private double matvec(Bench bench, String target, int rows, int given) {
    int blocks = 5;
    int k = 256 * blocks;
    byte[] raw = new byte[given * blocks * 144];
    double[] weights = new double[given * k];
    for (int b = 0; b < given * blocks; b++) {
      byte[] block = new byte[144];
      random.nextBytes(block);
      ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putShort(0, (short) Half.encode(0.01 * random.nextDouble(), false));
      buffer.putShort(2, (short) Half.encode(0.01 * random.nextDouble(), false));
      System.arraycopy(block, 0, raw, 144 * b, 144);
      q4k(block, weights, 256 * b);
    }
    String ptx = Bench.ptx("matvec_q4k." + target);
    long x = bench.put(normal(k));
    long xq = bench.room(k);
    long xd = bench.room(k / 8);
    bench.launch(bench.kernel(ptx, "quantize_q8"), Grid.of(k / 128), 128, x, xq, xd, k);
    byte[] quants = bench.get(xq, k).array();
    float[] scales = bench.floats(xd, k / 32);
    long y = bench.room(4 * rows);
    bench.launch(
        bench.kernel(ptx, "matvec_q4k_q8"),
        Grid.of((rows + 3) / 4),
        128,
        bench.put(raw),
        xq,
        xd,
        y,
        rows,
        blocks);
    double[] want = new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < k; i++) {
        want[row] += weights[row * k + i] * quants[i] * scales[i / 32];
      }
    }
    near(bench.floats(y, rows), want);
    return bench.driver.traffic("matvec_q4k_q8").sectorsToFewest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute_61", "compute_80"})
  void matvecIsRight(String target) {
    try (Bench bench = new Bench()) {
      double ratio = matvec(bench, target, 6, 6);
      assertEquals(1.07, ratio, 0.02, "every other block begins in the middle of a sector");
    }
  }

  @Test
  void aRowTooFewIsFound() {
    try (Bench bench = new Bench()) {
      CudaException e = assertThrows(CudaException.class, () -> matvec(bench, "compute_80", 6, 5));
      assertEquals(700, e.code());
      assertTrue(e.getMessage().startsWith("matvec_q4k_q8, matvec_q4k.cu:5"), () -> e.getMessage());
      assertTrue(e.getMessage().contains("block (1, 0, 0), thread 32"), () -> e.getMessage());
      assertTrue(e.getMessage().contains("behind the end of allocation"), () -> e.getMessage());
    }
  }

  // ---- tiles of int8 ------------------------------------------------------------------------

  private void matmul(String ptx, int m, int given) {
    try (Bench bench = new Bench()) {
      int n = 9;
      int k = 192;
      byte[] a = new byte[given * k];
      byte[] b = new byte[n * k];
      random.nextBytes(a);
      random.nextBytes(b);
      float[] da = normal(m * k / 32);
      float[] db = normal(n * k / 32);
      long y = bench.room(4 * m * n);
      bench.launch(
          bench.kernel(ptx, "matmul_s8"),
          Grid.of((m + 63) / 64),
          128,
          bench.put(a),
          bench.put(da),
          bench.put(b),
          bench.put(db),
          y,
          m,
          n,
          k);
      double[] want = new double[m * n];
      for (int j = 0; j < n; j++) {
        for (int i = 0; i < m; i++) {
          for (int l = 0; l < k; l++) {
            int at = l / 32;
            double scale = (double) da[i * k / 32 + at] * db[j * k / 32 + at];
            want[j * m + i] += scale * a[i * k + l] * b[j * k + l];
          }
        }
      }
      near(bench.floats(y, m * n), want);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute_61", "compute_80"})
  void matmulIsRight(String target) {
    matmul(Bench.ptx("matmul_s8." + target), 70, 70);
  }

  private void findsIn(String ptx, int given, String words) {
    CudaException e = assertThrows(CudaException.class, () -> matmul(ptx, 70, given));
    assertTrue(e.getMessage().contains(words), () -> e.getMessage());
    assertTrue(e.getMessage().contains("matmul_s8.cu:"), () -> e.getMessage());
  }

  private static String without(String ptx, String statement, int which) {
    int at = -1;
    for (int i = 0; i <= which; i++) {
      at = ptx.indexOf(statement, at + 1);
    }
    assertTrue(at > 0, statement);
    return ptx.substring(0, at) + ptx.substring(at + statement.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute_61", "compute_80"})
  void aMissingBarrierIsFound(String target) {
    String ptx = Bench.ptx("matmul_s8." + target);
    String seen = target.equals("compute_61") ? "race: reads" : "cp.async may still fill";
    findsIn(without(ptx, "bar.sync \t0;", 0), 70, "which nobody wrote");
    findsIn(without(ptx, "bar.sync \t0;", 1), 70, seen);
  }

  @Test
  void aWaitForTooLittleIsFound() {
    String ptx = Bench.ptx("matmul_s8.compute_80");
    findsIn(
        ptx.replace("cp.async.wait_group 1;", "cp.async.wait_group 2;"),
        70,
        "which cp.async may still fill");
  }

  @Test
  void aShortBufferIsFound() {
    findsIn(Bench.ptx("matmul_s8.compute_80"), 69, "behind the end of allocation");
  }

  // ---- attention ----------------------------------------------------------------------------

  private static final int HEADS = 4;
  private static final int GROUPS = 2;
  private static final int SIZE = 128;
  private static final int PAGE = 64;
  private static final float SCALE = 0.088f;

  /** Two sequences of a paged cache of halves, of which only what is used was written. */
  private void attend(String target, int window) {
    int[] lengths = {70, 5};
    int[][] pages = {{3, 1}, {2, 0}};
    int half = GROUPS * PAGE * SIZE;
    float[] cache = new float[4 * 2 * half];
    for (int i = 0; i < cache.length; i++) {
      cache[i] = Half.decode(Half.encode(random.nextGaussian(), false), false);
    }
    float[] q = normal(2 * HEADS * SIZE);
    double[] want = new double[2 * HEADS * SIZE];
    for (int s = 0; s < 2; s++) {
      for (int h = 0; h < HEADS; h++) {
        int length = lengths[s];
        int first = window > 0 ? Math.max(0, length - window) : 0;
        int[] at = new int[length];
        double[] score = new double[length];
        double sum = 0;
        for (int i = first; i < length; i++) {
          at[i] = pages[s][i / PAGE] * 2 * half + (h / 2 * PAGE + i % PAGE) * SIZE;
          for (int j = 0; j < SIZE; j++) {
            score[i] += q[(s * HEADS + h) * SIZE + j] * cache[at[i] + j];
          }
          score[i] = Math.exp(score[i] * SCALE);
          sum += score[i];
        }
        for (int i = first; i < length; i++) {
          for (int j = 0; j < SIZE; j++) {
            want[(s * HEADS + h) * SIZE + j] += score[i] / sum * cache[at[i] + half + j];
          }
        }
      }
    }
    try (Bench bench = new Bench()) {
      int stretches = 2;
      String ptx = Bench.ptx("attend_decode." + target);
      long partial = bench.room(4 * 2 * HEADS * stretches * (SIZE + 4));
      long out = bench.room(4 * want.length);
      bench.launch(
          bench.kernel(ptx, "attend_decode"),
          new Grid(GROUPS, stretches, 2),
          128,
          bench.put(q),
          bench.putHalves(false, cache),
          bench.put(3, 1, 2, 0),
          bench.put(lengths),
          partial,
          HEADS,
          GROUPS,
          2,
          SCALE,
          window);
      bench.launch(
          bench.kernel(ptx, "join_stretches"), Grid.of(2 * HEADS), SIZE, partial, out, stretches);
      near(bench.floats(out, want.length), want);
      assertEquals(1, bench.driver.traffic("attend_decode").wavefrontsToFewest());
      assertEquals(1, bench.driver.traffic("attend_decode").sectorsToFewest(), 0.01);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute_61", "compute_80"})
  void attentionIsRight(String target) {
    attend(target, 0);
    attend(target, 20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsOfHalvesAreRight(boolean bf16) {
    int n = 16;
    float[][] in = {normal(n * n), normal(n * n), normal(n * n)};
    for (float[] one : in) {
      for (int i = 0; i < one.length; i++) {
        one[i] = Half.decode(Half.encode(one[i] / 2, bf16), bf16);
      }
    }
    double[] want = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double score = 0;
        for (int l = 0; l < n; l++) {
          score += in[0][i * n + l] * in[1][j * n + l];
        }
        double weight = Half.decode(Half.encode(Math.exp(score), bf16), bf16);
        for (int l = 0; l < n; l++) {
          want[i * n + l] += weight * in[2][j * n + l];
        }
      }
    }
    try (Bench bench = new Bench()) {
      long out = bench.room(4 * n * n);
      bench.launch(
          bench.kernel(Bench.ptx("tile_f16.compute_80"), bf16 ? "tile_bf16" : "tile_f16"),
          Grid.of(1),
          32,
          bench.putHalves(bf16, in[0]),
          bench.putHalves(bf16, in[1]),
          bench.putHalves(bf16, in[2]),
          out);
      float[] got = bench.floats(out, n * n);
      for (int i = 0; i < want.length; i++) {
        // a weight at the middle between two may go either way
        assertEquals(want[i], got[i], bf16 ? 0.02 : 0.003);
      }
    }
  }
}
