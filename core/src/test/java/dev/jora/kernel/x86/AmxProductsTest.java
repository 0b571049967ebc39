package dev.jora.kernel.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches on tiles beyond one block of rows, columns or tokens, and on odd numbers of tiles. */
class AmxProductsTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private static AmxProducts products() {
    String hardware = AmxProducts.obstacle();
    AmxProducts products = hardware == null ? new AmxProducts() : EmulatedTiles.products();
    Assumptions.assumeTrue(
        products != null, () -> "skipped, for AMX: " + hardware + "; " + EmulatedTiles.obstacle());
    return products;
  }

  /** Rows, columns and tokens of one to four tiles, with rests, and of more than one block. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 1, 64, 1",
    "Q4_0, 16, 320, 16",
    "Q4_0, 33, 320, 17",
    "Q8_0, 300, 576, 33",
    "Q8_0, 17, 128, 530",
    "Q4_K, 300, 768, 40",
    "Q6_K, 31, 512, 545",
    "Q2_K, 50, 256, 20",
    "F16, 300, 576, 33",
    "F16, 20, 128, 530",
    "BF16, 40, 320, 50"
  })
  void everyOutputIsTheProductAndNothingElseIsWritten(GgmlType type, int rows, int k, int n) {
    AmxProducts products = products();
    Random random = new Random(rows + k + n);
    long stride = type.rowBytes(k);
    int ldy = rows + 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(stride * rows, 64);
      float[][] weights = weights(type, w, rows, k, random);
      MemorySegment x = arena.allocate(4L * n * k, 64);
      for (long i = 0; i < (long) n * k; i++) {
        x.setAtIndex(FLOAT, i, (float) random.nextGaussian());
      }
      ProductCode code = products.batches(type, k);
      MemorySegment groups = arena.allocate(code.bytes(n), 64);
      for (int i = code.groups(n) - 1; i >= 0; i--) {
        code.prepare(x.address(), 4L * k, n, i, t -> false, groups.address());
      }
      MemorySegment y = arena.allocate(4L * (n * ldy + 16), 64);
      for (long i = 0; i < y.byteSize() / 4; i++) {
        y.setAtIndex(FLOAT, i, 7e7f);
      }
      MemorySegment scratch = arena.allocate(code.scratchBytes(n), 64);
      scratch.fill((byte) 0xFF); // not numbers
      code.run(w.address(), rows, groups.address(), n, y.address(), 4L * ldy, scratch.address());
      // Rounded to 2^-9 on both sides, or to 2^-17 where there are two parts.
      double share = type.blockSize() == 1 ? 0x1p-15 : 0x1p-8;
      for (int t = 0; t < n; t++) {
        for (int r = 0; r < rows; r++) {
          double sum = 0;
          double sizes = 0;
          for (int i = 0; i < k; i++) {
            double product = weights[r][i] * (double) x.getAtIndex(FLOAT, (long) t * k + i);
            sum += product;
            sizes += Math.abs(product);
          }
          double error = Math.abs(y.getAtIndex(FLOAT, (long) t * ldy + r) - sum);
          double allowed = sizes * (share + k * 0x1p-23);
          assertTrue(error <= allowed, "token " + t + ", row " + r + ": " + error / allowed);
        }
        for (int r = rows; r < ldy; r++) {
          assertEquals(7e7f, y.getAtIndex(FLOAT, (long) t * ldy + r), "behind the rows");
        }
      }
    }
  }

  private static float[][] weights(GgmlType type, MemorySegment w, int rows, int k, Random random) {
    float[][] weights = new float[rows][k];
    long at = 0;
    for (float[] row : weights) {
      for (int i = 0; i < type.rowBytes(k); i++) {
        // Without the highest bits of halves, wherever they are: no infinite scale.
        w.set(ValueLayout.JAVA_BYTE, at + i, (byte) (random.nextInt() & 0xBF));
      }
      BlockFormats.of(type).dequantize(w, at, row, 0, k);
      at += type.rowBytes(k);
    }
    return weights;
  }

  /** What the rung asks of a processor's tiles before it trusts them. */
  @Test
  void theSelfCheckFindsRightTilesRightAndWrongOnesWrong() {
    assertTrue(products().multiplies());
    Tiles wrong =
        new EmulatedTiles() {
          @Override
          public void products(Assembler a, int to, int x, int y) {
            super.products(a, to, x, x);
          }
        };
    Assumptions.assumeTrue(EmulatedTiles.obstacle() == null, EmulatedTiles::obstacle);
    assertFalse(new AmxProducts(wrong).multiplies());
  }

  @Test
  void thePeakIsACountOfWork() {
    products();
    Tiles tiles = AmxProducts.obstacle() == null ? Tiles.HARDWARE : EmulatedTiles.TILES;
    AmxPeak peak = new AmxPeak(tiles);
    long start = System.nanoTime();
    peak.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double rate = AmxPeak.MACS / seconds / 1e9;
    assertTrue(rate > 1 && rate < 10_000, rate + " GMAC/s");
  }
}
