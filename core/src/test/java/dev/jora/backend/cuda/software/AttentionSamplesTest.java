package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.cuda.Grid;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention over a paged cache, and products of halves, as the compiler makes them. */
final class AttentionSamplesTest {
  private final Random random = new Random(2);

  private static final int HEADS = 4;
  private static final int GROUPS = 2;
  private static final int SIZE = 128;
  private static final int PAGE = 64;
  private static final float SCALE = 0.088f;

  /** Two sequences of a paged cache of halves, of which only what is used was written. */
  private void attend(String target, int window) {
    int[] lengths = {70, 5};
    int[][] pages = {{3, 1}, {2, 0}};
    int half = GROUPS * PAGE * SIZE;
    float[] cache = new float[4 * 2 * half];
    for (int i = 0; i < cache.length; i++) {
      cache[i] = Half.decode(Half.encode(random.nextGaussian(), false), false);
    }
    float[] q = Samples.normal(random, 2 * HEADS * SIZE);
    double[] want = new double[2 * HEADS * SIZE];
    for (int s = 0; s < 2; s++) {
      for (int h = 0; h < HEADS; h++) {
        int length = lengths[s];
        int first = window > 0 ? Math.max(0, length - window) : 0;
        int[] at = new int[length];
        double[] score = new double[length];
        double sum = 0;
        for (int i = first; i < length; i++) {
          at[i] = pages[s][i / PAGE] * 2 * half + (h / 2 * PAGE + i % PAGE) * SIZE;
          for (int j = 0; j < SIZE; j++) {
            score[i] += q[(s * HEADS + h) * SIZE + j] * cache[at[i] + j];
          }
          score[i] = Math.exp(score[i] * SCALE);
          sum += score[i];
        }
        for (int i = first; i < length; i++) {
          for (int j = 0; j < SIZE; j++) {
            want[(s * HEADS + h) * SIZE + j] += score[i] / sum * cache[at[i] + half + j];
          }
        }
      }
    }
    try (Bench bench = new Bench()) {
      int stretches = 2;
      String ptx = Bench.ptx("attend_decode." + target);
      long partial = bench.room(4 * 2 * HEADS * stretches * (SIZE + 4));
      long out = bench.room(4 * want.length);
      bench.launch(
          bench.kernel(ptx, "attend_decode"),
          new Grid(GROUPS, stretches, 2),
          128,
          bench.put(q),
          bench.putHalves(false, cache),
          bench.put(3, 1, 2, 0),
          bench.put(lengths),
          partial,
          HEADS,
          GROUPS,
          2,
          SCALE,
          window);
      bench.launch(
          bench.kernel(ptx, "join_stretches"), Grid.of(2 * HEADS), SIZE, partial, out, stretches);
      Samples.near(bench.floats(out, want.length), want);
      assertEquals(1, bench.driver.traffic("attend_decode").wavefrontsToFewest());
      assertEquals(1, bench.driver.traffic("attend_decode").sectorsToFewest(), 0.01);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute_61", "compute_80"})
  void attentionIsRight(String target) {
    attend(target, 0);
    attend(target, 20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsOfHalvesAreRight(boolean bf16) {
    int n = 16;
    float[][] in = {
      Samples.normal(random, n * n), Samples.normal(random, n * n), Samples.normal(random, n * n)
    };
    for (float[] one : in) {
      for (int i = 0; i < one.length; i++) {
        one[i] = Half.decode(Half.encode(one[i] / 2, bf16), bf16);
      }
    }
    double[] want = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double score = 0;
        for (int l = 0; l < n; l++) {
          score += in[0][i * n + l] * in[1][j * n + l];
        }
        double weight = Half.decode(Half.encode(Math.exp(score), bf16), bf16);
        for (int l = 0; l < n; l++) {
          want[i * n + l] += weight * in[2][j * n + l];
        }
      }
    }
    try (Bench bench = new Bench()) {
      long out = bench.room(4 * n * n);
      bench.launch(
          bench.kernel(Bench.ptx("tile_f16.compute_80"), bf16 ? "tile_bf16" : "tile_f16"),
          Grid.of(1),
          32,
          bench.putHalves(bf16, in[0]),
          bench.putHalves(bf16, in[1]),
          bench.putHalves(bf16, in[2]),
          out);
      float[] got = bench.floats(out, n * n);
      for (int i = 0; i < want.length; i++) {
        // a weight at the middle between two may go either way
        assertEquals(want[i], got[i], bf16 ? 0.02 : 0.003);
      }
    }
  }
}
