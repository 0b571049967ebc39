package dev.jora.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorSumsTest {
  @Test
  void vectorsAgreeWithPlainLoops() {
    Random random = new Random(1);
    for (int n : new int[] {1, 31, 1023, 1024, 1025, 70_000}) {
      float[] x = new float[n];
      float[] y = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) random.nextGaussian();
        y[i] = x[i] + 0.1f * (float) random.nextGaussian();
      }
      y[n / 2] = x[n / 2] - 9;
      ErrorSums plain = new ErrorSums();
      new ErrorSums.ScalarErrors().add(plain, x, y, n);
      ErrorSums vector = new ErrorSums();
      new VectorErrors().add(vector, x, y, n);
      assertEquals(plain.squares, vector.squares, 1e-5 * plain.squares);
      assertEquals(plain.errors, vector.errors, 1e-5 * plain.errors);
      assertEquals(plain.largest, vector.largest);
    }
  }

  @Test
  void whatIsNotFiniteIsFoundInAnyPlace() {
    for (int at : new int[] {0, 500, 1023, 1024, 1100}) {
      for (float broken : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
        float[] x = new float[1101];
        float[] y = new float[1101];
        y[at] = broken;
        ErrorSums sums = new ErrorSums();
        new VectorErrors().add(sums, x, y, x.length);
        assertFalse(sums.isFinite(), at + ": " + broken);
      }
    }
  }
}
