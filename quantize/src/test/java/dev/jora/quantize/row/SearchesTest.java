package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.IncubatorModule;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Vector searches against scalar ones, bit for bit, and scalar ones against their definition. */
class SearchesTest {
  private static final int UNITS = 48;

  @BeforeAll
  static void vectors() {
    assertTrue(IncubatorModule.load());
  }

  private interface Check {
    void check(String what, Units units);
  }

  /** All kinds of values with all kinds of weights. */
  private static void each(int n, Check check) {
    for (Map.Entry<String, float[]> x : Hostile.values(n * UNITS).entrySet()) {
      for (Map.Entry<String, float[]> q : Hostile.importances(n * UNITS).entrySet()) {
        Units units = Units.of(n, UNITS);
        units.putValues(x.getValue(), 0, UNITS);
        float[] w = q.getValue();
        if (w == null) {
          w = new float[n * UNITS];
          Weights.squares(x.getValue(), 0, w.length, w);
        }
        units.putWeights(w, 0, UNITS);
        check.check(n + " values, " + x.getKey() + ", weights " + q.getKey(), units);
      }
    }
  }

  private static void assertSame(String what, Fits scalar, Fits vector) {
    assertBits(what + ": scale", scalar.scale(), vector.scale());
    assertBits(what + ": min", scalar.min(), vector.min());
    assertBits(what + ": k", scalar.k(), vector.k());
    assertBits(what + ": base", scalar.base(), vector.base());
  }

  private static void assertBits(String what, float[] expected, float[] found) {
    for (int i = 0; i < expected.length; i++) {
      int bits = Float.floatToIntBits(expected[i]);
      if (bits != Float.floatToIntBits(found[i])) {
        assertEquals(expected[i], found[i], what + " of unit " + i);
        assertEquals(bits, Float.floatToIntBits(found[i]), what + " of unit " + i);
      }
    }
  }

  @Test
  void symmetric() {
    for (int[] size : new int[][] {{16, 4}, {16, 32}, {32, 8}, {32, 16}}) {
      each(
          size[0],
          (what, units) -> {
            Fits scalar = Fits.of(units.count());
            Fits vector = Fits.of(units.count());
            new ScalarSearches().symmetric(units, size[1], scalar);
            new VectorSearches().symmetric(units, size[1], vector);
            assertSame(what, scalar, vector);
          });
    }
  }

  @Test
  void descent() {
    each(
        16,
        (what, units) -> {
          int count = units.count();
          float[] scalar = new float[count];
          float[] vector = new float[count];
          byte[] scalarLevels = new byte[16 * count];
          byte[] vectorLevels = new byte[16 * count];
          new ScalarSearches().descent(units, 4, scalar, scalarLevels);
          new VectorSearches().descent(units, 4, vector, vectorLevels);
          assertBits(what, scalar, vector);
          assertArrayEquals(scalarLevels, vectorLevels, what);
        });
  }

  @Test
  void affine() {
    Steps[] all = {
      new Steps(3, -0.5f, 0.1f, 15, true),
      new Steps(3, -0.9f, 0.05f, 36, false),
      new Steps(15, -1, 0.1f, 20, false),
      new Steps(31, -0.9f, 0.05f, 36, false)
    };
    for (Steps steps : all) {
      each(
          steps.m() == 3 ? 16 : 32,
          (what, units) -> {
            Fits scalar = Fits.of(units.count());
            Fits vector = Fits.of(units.count());
            new ScalarSearches().affine(units, steps, scalar);
            new VectorSearches().affine(units, steps, vector);
            assertSame(what, scalar, vector);
          });
    }
  }

  /** Also with values below zero, whose levels wrap. */
  @Test
  void positive() {
    for (int[] size : new int[][] {{8, 63}, {16, 15}, {32, 4}}) {
      each(
          size[0],
          (what, units) -> {
            int count = units.count();
            for (int sign = 0; sign < 2; sign++) {
              float[] scalar = new float[count];
              float[] vector = new float[count];
              byte[] scalarLevels = new byte[size[0] * count];
              byte[] vectorLevels = new byte[size[0] * count];
              new ScalarSearches().positive(units, size[1], scalar, scalarLevels);
              new VectorSearches().positive(units, size[1], vector, vectorLevels);
              assertBits(what, scalar, vector);
              assertArrayEquals(scalarLevels, vectorLevels, what);
              for (int i = 0; i < units.x().length; i++) {
                units.x()[i] = Math.abs(units.x()[i]);
              }
            }
          });
    }
  }

  /** A search finds what rounding to the true scale would. */
  @Test
  void scaleAndMinimumAreFound() {
    Units units = Units.of(16, 16);
    for (int u = 0; u < 16; u++) {
      for (int i = 0; i < 16; i++) {
        units.x()[i * 16 + u] = (u + 1) * (i % 8 - 4);
        units.w()[i * 16 + u] = 1;
      }
    }
    Fits fits = Fits.of(16);
    new ScalarSearches().symmetric(units, 4, fits);
    float[] scale = new float[16];
    byte[] levels = new byte[256];
    new ScalarSearches().descent(units, 4, scale, levels);
    Fits affine = Fits.of(16);
    new ScalarSearches().affine(units, new Steps(7, -0.9f, 0.05f, 36, false), affine);
    for (int u = 0; u < 16; u++) {
      assertEquals(u + 1, fits.scale()[u]);
      assertEquals(-4, fits.level(u, -4f * (u + 1), -4, 3));
      assertEquals(3, fits.level(u, 3f * (u + 1), -4, 3));
      assertEquals(u + 1, scale[u], 1e-5);
      assertEquals(7, levels[7 * 16 + u]);
      assertEquals(u + 1, affine.scale()[u], 1e-4);
      assertEquals(4f * (u + 1), affine.min()[u], 1e-4);
      assertEquals(7, affine.level(u, 3f * (u + 1), 0, 7));
    }
    for (int i = 0; i < 256; i++) {
      units.x()[i] += 4 * (i % 16 + 1);
    }
    new ScalarSearches().positive(units, 7, scale, levels);
    for (int u = 0; u < 16; u++) {
      assertEquals(u + 1, scale[u], 1e-5);
      assertEquals(5, levels[5 * 16 + u]);
    }
  }

  @Test
  void roundingWraps() {
    assertEquals(2, Rounding.nearest(2.5f));
    assertEquals(-2, Rounding.nearest(-1.5f));
    assertEquals(4194303, Rounding.nearest(4194303));
    assertEquals(-4194304, Rounding.nearest(Float.POSITIVE_INFINITY));
    assertEquals(-4194304, Rounding.nearest(Float.NEGATIVE_INFINITY));
    assertEquals(0, Rounding.nearest(Float.NaN));
  }

  @Test
  void unitsArePaddedToLanes() {
    Units units = Units.of(8, 3);
    assertEquals(16, units.count());
    float[] x = new float[24];
    for (int i = 0; i < 24; i++) {
      x[i] = i;
    }
    units.putWeights(x, 0, 3);
    assertEquals(9, units.w()[16 + 1]); // value 1 of unit 1
    float[] sums = new float[16];
    units.weightSums(sums);
    assertEquals(28, sums[0]);
    assertEquals(92, sums[1]);
    assertEquals(0, sums[3]);
  }
}
