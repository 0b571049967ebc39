package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.IncubatorModule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Vector levels against scalar ones. */
class LevelsTest {
  private static final int RUNS = 40;
  private static final int N = 32;

  private final Levels scalar = new ScalarLevels();
  private Levels vector;

  @BeforeAll
  static void vectors() {
    assertTrue(IncubatorModule.load());
  }

  @Test
  void sameOnHostileValues() {
    vector = new VectorLevels();
    for (Map.Entry<String, float[]> entry : Hostile.values(RUNS * N + 3).entrySet()) {
      String what = entry.getKey();
      float[] x = entry.getValue();
      float[] least = new float[RUNS];
      float[] largest = new float[RUNS];
      float[] size = new float[RUNS];
      scalar.extremes(x, 3, N, RUNS, least, largest);
      scalar.largest(x, 3, N, RUNS, size);
      float[] least2 = new float[RUNS];
      float[] largest2 = new float[RUNS];
      float[] size2 = new float[RUNS];
      vector.extremes(x, 3, N, RUNS, least2, largest2);
      vector.largest(x, 3, N, RUNS, size2);
      for (int j = 0; j < RUNS; j++) {
        assertEquals(Float.floatToIntBits(least[j]), Float.floatToIntBits(least2[j]), what);
        assertTrue(largest[j] == largest2[j], what); // of zeros either
        assertEquals(Float.floatToIntBits(size[j]), Float.floatToIntBits(size2[j]), what);
      }
      levels(what, x, least, size);
    }
  }

  private void levels(String what, float[] x, float[] base, float[] size) {
    float[] k = new float[RUNS];
    for (int j = 0; j < RUNS; j++) {
      k[j] = size[j] == 0 ? 0 : 7 / Math.abs(size[j]);
    }
    int[] expected = new int[N * RUNS];
    int[] found = new int[N * RUNS];
    scalar.divide(x, 3, N, RUNS, base, size, -8, 7, expected);
    vector.divide(x, 3, N, RUNS, base, size, -8, 7, found);
    assertArrayEquals(expected, found, what);
    scalar.multiply(x, 3, N, RUNS, k, base, 0, 15, expected);
    vector.multiply(x, 3, N, RUNS, k, base, 0, 15, found);
    assertArrayEquals(expected, found, what);
    scalar.truncate(x, 3, N, RUNS, base, k, 0.5f, 15, expected);
    vector.truncate(x, 3, N, RUNS, base, k, 0.5f, 15, found);
    assertArrayEquals(expected, found, what);
    scalar.round(x, 3, N, RUNS, k, expected);
    vector.round(x, 3, N, RUNS, k, found);
    assertArrayEquals(expected, found, what);
  }

  @Test
  void tiesAwayFromZero() {
    float[] x = new float[32];
    float[] v = {0.5f, -0.5f, 1.5f, -2.5f, 0.49999997f, -0.49999997f, 126.5f, -0f};
    System.arraycopy(v, 0, x, 0, v.length);
    int[] expected = {1, -1, 2, -3, 0, 0, 127, 0};
    for (Levels levels : List.of(scalar, new VectorLevels())) {
      int[] found = new int[32];
      levels.round(x, 0, 32, 1, new float[] {1}, found);
      assertArrayEquals(expected, Arrays.copyOf(found, v.length));
    }
  }

  @Test
  void firstOfTheLargestSize() {
    float[] x = new float[32];
    x[7] = -2;
    x[9] = 2;
    x[30] = -2;
    float[] largest = new float[1];
    scalar.largest(x, 0, 32, 1, largest);
    assertEquals(-2, largest[0]);
    new VectorLevels().largest(x, 0, 32, 1, largest);
    assertEquals(-2, largest[0]);
  }
}
