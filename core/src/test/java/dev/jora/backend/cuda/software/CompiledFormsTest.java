package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.cuda.Grid;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the compiler makes of functions, halves, local memory and calls: {@code forms.cu}. */
final class CompiledFormsTest {
  private static final String PTX = Bench.ptx("forms.compute_80");

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  private float[][] run(String kernel, int rows, float[] x, int k) {
    int n = x.length;
    long y = bench.room(4 * rows * n);
    bench.launch(bench.kernel(PTX, kernel), Grid.of(1), n, bench.put(x), y, n, k);
    float[] all = bench.floats(y, rows * n);
    float[][] split = new float[rows][n];
    for (int i = 0; i < all.length; i++) {
      split[i / n][i % n] = all[i];
    }
    return split;
  }

  private static float[] inputs() {
    Random random = new Random(3);
    float[] x = new float[200];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * (i % 3 == 0 ? 10 : 1));
    }
    x[0] = 2.5f;
    x[1] = -0.5f;
    x[2] = 60;
    return x;
  }

  private static double erf(double x) {
    // the series, good enough below 3; beyond it is 1
    double a = Math.abs(x);
    double sum = 0;
    double term = a;
    for (int i = 0; i < 200; i++) {
      sum += term / (2 * i + 1);
      term *= -a * a / (i + 1);
    }
    return a > 4 ? Math.signum(x) : Math.signum(x) * 2 / Math.sqrt(Math.PI) * sum;
  }

  @Test
  void functionsAreWhatTheyAreCalled() {
    DoubleUnaryOperator[] want = {
      Math::exp,
      Math::exp,
      v -> Math.log(Math.abs(v)),
      Math::tanh,
      v -> Math.sqrt(Math.abs(v)),
      v -> 1 / Math.sqrt(Math.abs(v)),
      CompiledFormsTest::erf,
      v -> Math.log1p(Math.abs(v)),
      Math::expm1,
      v -> Math.pow(Math.abs(v), 1.5),
      v -> v / (1 + Math.exp(-v)),
      v -> Math.signum(v) * Math.floor(Math.abs(v) + 0.5),
      v -> Math.floor(v) + Math.ceil(v) + Math.rint(v),
      v -> v % 3,
      v -> v / 3,
      Math::sin,
      Math::cos,
      Math::exp
    };
    float[] x = inputs();
    float[][] got = run("functions", want.length, x, 0);
    for (int row = 0; row < want.length; row++) {
      for (int i = 0; i < x.length; i++) {
        double right = want[row].applyAsDouble(x[i]);
        String what = "row %d of %s".formatted(row, x[i]);
        assertEquals(right, got[row][i], 1e-5 * Math.abs(right) + 1e-6, what);
      }
    }
  }

  private static double round(double v, boolean bf16) {
    return Half.decode(Half.encode(v, bf16), bf16);
  }

  @Test
  void halvesAreRoundedWhereTheyAre() {
    float[] x = new float[32];
    for (int i = 0; i < x.length; i++) {
      x[i] = 0.37f * i - 3;
    }
    float[][] got = run("halves", 8, x, 0);
    for (int i = 0; i < x.length; i++) {
      double h = round(x[i], false);
      double h2 = round(2 * x[i], false);
      double b = round(x[i], true);
      double b2 = round(2 * x[i], true);
      double[] want = {
        round(h * round(h + h, false), false),
        round(h * h + h, false),
        round(h2 * h2 + h2, false),
        round(Math.exp(h), false),
        h > 1 ? h : -h,
        round(b * b + b, true),
        round(b * b, true),
        round(b2 * b, true)
      };
      for (int row = 0; row < want.length; row++) {
        double ulp = row == 3 ? Math.abs(want[row]) / 1024 : 0;
        assertEquals(want[row], got[row][i], ulp, "row %d of %s".formatted(row, x[i]));
      }
    }
  }

  @Test
  void genericAddressesFindTheirSpace() {
    float[] x = new float[32];
    for (int i = 0; i < x.length; i++) {
      x[i] = i * i;
    }
    for (int k : new int[] {0, 2, 5}) {
      float[][] got = run("generic", 5, x, k);
      float sum = IntStream.range(0, 5).map(i -> ((i + k) & 7) * ((i + k) & 7)).sum();
      for (int t = 0; t < 32; t++) {
        float own = (t & 7) * (t & 7);
        assertEquals(sum + 5 * t, got[0][t]);
        assertEquals(2 * sum, got[1][t]);
        assertEquals(sum, got[2][t]);
        assertEquals((t & 1) == 1 ? 2 * own : own, got[3][t]);
        float choice =
            switch (k + t) {
              case 0 -> 3;
              case 1 -> 98;
              case 2 -> own + t;
              default -> -1;
            };
        assertEquals(choice, got[4][t]);
      }
    }
  }
}
