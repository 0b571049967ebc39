package dev.jora.quantize.row;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Rows that a quantizer may trip over, and importance that may trip it. */
final class IqSamples {
  /** Values of a row: four blocks of 256. */
  static final int N = 1024;

  private IqSamples() {}

  /** Name to row. */
  static Map<String, float[]> rows() {
    Random random = new Random(11);
    Map<String, float[]> rows = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      rows.put("normal " + i, normal(random, (float) Math.pow(10, -i)));
    }
    for (int exponent : new int[] {-45, -39, -38, -17, -15, -12, -9, -8, -7, 4}) {
      rows.put("normal, 1e" + exponent, normal(random, (float) Math.pow(10, exponent)));
    }
    rows.put("zeros", new float[N]);
    rows.put("zeros of both signs", fill(i -> random.nextBoolean() ? 0f : -0f));
    rows.put("halves", fill(i -> 0.5f));
    rows.put("minus halves", fill(i -> -0.5f));
    rows.put("ternary", fill(i -> random.nextInt(3) - 1));
    rows.put("ties", fill(i -> (random.nextInt(9) - 4) / 8f));
    rows.put("few", fill(i -> random.nextInt(20) == 0 ? (float) random.nextGaussian() : 0));
    rows.put("one per block", fill(i -> i % 256 == 77 ? -3 : 0));
    rows.put("heavy tails", fill(i -> (float) (random.nextGaussian() / random.nextGaussian())));
    rows.put("all negative", fill(i -> -1 - random.nextFloat()));
    rows.put("rising", fill(i -> i / 100f - 5));
    float[] holes = normal(random, 0.1f);
    for (int i = 0; i < N; i += 64) {
      Arrays.fill(holes, i, i + 32, 0);
    }
    rows.put("every other 32 zero", holes);
    rows.put(
        "scales apart", fill(i -> (float) (random.nextGaussian() * Math.pow(1e3, i / 32 % 4))));
    rows.put("far apart", fill(i -> (float) (random.nextGaussian() * Math.pow(1e-9, i / 16 % 4))));
    rows.put("denormal", fill(i -> Float.intBitsToFloat(random.nextInt(1 << 20))));
    rows.put("halves and dust", fill(i -> (i % 16 == 0 ? 0.5f : 1e-8f) * (i % 3 == 0 ? -1 : 1)));
    return rows;
  }

  /** Name to importance of the columns; null for none. */
  static Map<String, float[]> importance() {
    Random random = new Random(12);
    Map<String, float[]> all = new LinkedHashMap<>();
    all.put("none", null);
    all.put("even", fill(i -> 1));
    all.put("log-normal", fill(i -> (float) Math.exp(2 * random.nextGaussian())));
    all.put("with holes", fill(i -> i / 16 % 3 == 0 ? 0 : random.nextFloat()));
    all.put("sparse", fill(i -> random.nextInt(10) == 0 ? random.nextFloat() : 0));
    all.put("zero", new float[N]);
    all.put("16 decades", fill(i -> (float) Math.pow(10, 16 * random.nextDouble() - 8)));
    return all;
  }

  private static float[] normal(Random random, float scale) {
    return fill(i -> (float) (random.nextGaussian() * scale));
  }

  private interface Value {
    float at(int i);
  }

  private static float[] fill(Value value) {
    float[] row = new float[N];
    for (int i = 0; i < N; i++) {
      row[i] = value.at(i);
    }
    return row;
  }
}
