package dev.jora.quantize.row;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Values and importances that a search may stumble over; the same ones every time. */
final class Hostile {
  private Hostile() {}

  /** n values of every kind, by name. */
  static Map<String, float[]> values(int n) {
    Random random = new Random(11);
    Map<String, float[]> all = new LinkedHashMap<>();
    for (float scale :
        new float[] {1e-39f, 3e-38f, 1e-30f, 1e-16f, 1e-15f, 1e-12f, 1e-8f, 1e-7f, 1, 6e4f}) {
      all.put("normal " + scale, of(n, i -> scale * random.nextGaussian()));
      all.put("positive " + scale, of(n, i -> scale * random.nextDouble()));
    }
    all.put("zeros", of(n, i -> 0));
    all.put("zeros of both signs", of(n, i -> random.nextBoolean() ? -0.0 : 0.0));
    all.put("constant", of(n, i -> 0.7));
    all.put("negative constant", of(n, i -> -0.7));
    all.put("constant but one", of(n, i -> i % 32 == 5 ? 0.25 : 0.5));
    all.put("negative", of(n, i -> -1 - random.nextDouble()));
    all.put("ties", of(n, i -> random.nextInt(5) - 2));
    all.put("ternary", of(n, i -> 0.1f * (random.nextInt(3) - 1)));
    all.put("half steps", of(n, i -> 0.5 * (random.nextInt(17) - 8)));
    all.put("sparse", of(n, i -> random.nextInt(20) == 0 ? random.nextGaussian() : 0));
    all.put("heavy tails", of(n, i -> Math.pow(random.nextGaussian(), 7)));
    all.put("cauchy", of(n, i -> random.nextGaussian() / (1e-3 + Math.abs(random.nextGaussian()))));
    all.put("an outlier", of(n, i -> (i % 64 == 9 ? 1e4 : 1) * random.nextGaussian()));
    all.put("scales apart", of(n, i -> Math.pow(1e6, i / 16 % 3 - 1) * random.nextGaussian()));
    all.put("far apart", of(n, i -> Math.pow(1e-9, i / 16 % 4) * random.nextGaussian()));
    all.put("dust", of(n, i -> (i % 16 == 0 ? 0.5 : 1e-8) * (i % 3 == 0 ? -1 : 1)));
    all.put("dead units", of(n, i -> i / 32 % 2 == 0 ? 0 : random.nextGaussian()));
    all.put("dead blocks", of(n, i -> i / 256 % 2 == 0 ? 0 : random.nextGaussian()));
    all.put("near nothing", of(n, i -> 3e-15 * (random.nextDouble() - 0.5)));
    return all;
  }

  /** n importances of every kind, by name; that of "none" is null. */
  static Map<String, float[]> importances(int n) {
    Random random = new Random(12);
    Map<String, float[]> all = new LinkedHashMap<>();
    all.put("none", null);
    all.put("log-normal", of(n, i -> Math.exp(random.nextGaussian())));
    all.put("constant", of(n, i -> 3));
    all.put("holes", of(n, i -> random.nextInt(3) == 0 ? random.nextDouble() : 0));
    all.put("sparse", of(n, i -> random.nextInt(10) == 0 ? random.nextDouble() : 0));
    all.put("all zero", of(n, i -> 0));
    all.put("16 decades", of(n, i -> Math.pow(10, 16 * random.nextDouble() - 8)));
    return all;
  }

  private static float[] of(int n, IntToDoubleFunction value) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return values;
  }
}
