package dev.jora.quantize.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jora.kernel.IncubatorModule;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors against plain loops in double. */
class RowSumsTest {
  private final RowSums scalar = new ScalarRowSums();

  @BeforeAll
  static void vectorApi() {
    assumeTrue(IncubatorModule.load(), "skipped: no Vector API");
  }

  private static float[] logits(int n, double spread, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (spread * random.nextGaussian() - 3);
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 1024, 1025, 4095, 49152, 50257})
  void vectorsAgreeWithPlainLoops(int n) {
    RowSums vector = new VectorRowSums();
    for (double spread : new double[] {0, 0.01, 3, 40, 1000}) {
      float[] x = logits(n, spread, n);
      x[n / 3] = Float.NEGATIVE_INFINITY;
      x[n - 1] = 5;
      float max = scalar.max(x);
      assertEquals(max, vector.max(x));
      for (float value : new float[] {x[0], x[n / 2], 5, -4, Float.NEGATIVE_INFINITY}) {
        assertEquals(scalar.above(x, value), vector.above(x, value));
      }
      double sum = scalar.exponentials(x, max);
      assertEquals(sum, vector.exponentials(x, max), 1e-6 * sum);

      float[] y = logits(n, spread, n + 1);
      LogSoftmax softmax = LogSoftmax.of(y);
      float[] b = new float[n];
      for (int i = 0; i < n; i++) {
        b[i] = (float) -softmax.surprise(y[i]);
      }
      x[n / 3] = 0; // a divergence from what is impossible is infinite
      double logSum = scalar.max(x) + Math.log(scalar.exponentials(x, scalar.max(x)));
      double divergence = scalar.divergence(b, x, logSum);
      double size = 1 + Math.abs(logSum) + Math.abs(max);
      assertEquals(divergence, vector.divergence(b, x, logSum), 1e-6 * size, "spread " + spread);
    }
  }

  @Test
  void aNanIsSeen() {
    float[] x = logits(5000, 1, 1);
    x[4321] = Float.NaN;
    assertTrue(Float.isNaN(new VectorRowSums().max(x)));
    assertTrue(Double.isNaN(LogSoftmax.of(x).surprise(x[0])));
  }

  @Test
  void surprisesAreThoseOfASoftmax() {
    float[] x = {1, 2, 3, 4};
    LogSoftmax softmax = LogSoftmax.of(x);
    assertEquals(4, softmax.max());
    double all = Math.exp(1) + Math.exp(2) + Math.exp(3) + Math.exp(4);
    for (float logit : x) {
      assertEquals(-Math.log(Math.exp(logit) / all), softmax.surprise(logit), 1e-12);
    }
  }
}
