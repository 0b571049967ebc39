package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Numbers at random, and how near results are. */
final class Samples {
  private Samples() {}

  static void near(float[] got, double[] want) {
    double error = 0;
    double all = 0;
    for (int i = 0; i < want.length; i++) {
      error += (got[i] - want[i]) * (got[i] - want[i]);
      all += want[i] * want[i];
    }
    assertTrue(error <= 1e-11 * all, "NMSE %g".formatted(error / all));
  }

  static float[] normal(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
