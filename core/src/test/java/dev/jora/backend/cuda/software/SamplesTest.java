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
    long x = bench.put(Samples.normal(random, k));
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
    Samples.near(bench.floats(y, rows), want);
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
      float[] da = Samples.normal(random, m * k / 32);
      float[] db = Samples.normal(random, n * k / 32);
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
      Samples.near(bench.floats(y, m * n), want);
      Traffic traffic = bench.driver.traffic("matmul_s8");
      if (ptx.contains("ldmatrix")) {
        assertEquals(1, traffic.wavefrontsToFewest(), "a pitch of 80 bytes meets no bank twice");
      }
      // scales lie row by row, two of a row in a sector
      double scales =
          traffic.lines().stream()
              .filter(line -> line.fewest() > 0)
              .mapToDouble(line -> (double) line.sectors() / line.fewest())
              .max()
              .orElseThrow();
      assertEquals(2.9, scales, 0.1, traffic::toString);
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
}
