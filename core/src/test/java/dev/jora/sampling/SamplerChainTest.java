package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole chains: draws, seeds, forks, biases and what never may happen. */
class SamplerChainTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final Temperature.Params COLD = new Temperature.Params(0, 0, 1);

  private static SamplerChain chain(SamplingParams.Builder params, int vocabulary) {
    return new SamplerChain(params.build(), Chains.vocabulary(vocabulary));
  }

  private static int[] draws(SamplerChain chain, float[] logits, int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = chain.sample(logits);
      chain.accept(ids[i]);
    }
    return ids;
  }

  @Test
  void drawsEqualThoseOfTheCppLibrary() {
    // std::mt19937(42), uniform_real_distribution<double>, expf and sums as in llama.cpp
    int[] expected = {
      2, 0, 2, 1, 0, 0, 0, 0, 0, 1, 0, 2, 4, 0, 6, 1, 1, 0, 0, 1, 0, 0, 5, 0, 0, 1, 0, 5, 0, 3, 1, 0
    };
    float[] logits = Chains.logits(.5, .22, .12, .09, .04, .02, .01);
    assertArrayEquals(expected, draws(chain(Chains.params(42, ""), 7), logits, 32));
  }

  @Test
  void aSingleCandidateStillUsesANumber() {
    float[] logits = Chains.logits(.5, .22, .12, .09, .04, .02, .01);
    SamplerChain chain = chain(Chains.params(42, ""), 7);
    chain.sample(new float[] {-INF, -INF, -INF, 1, -INF, -INF, -INF});
    assertArrayEquals(new int[] {0, 2, 1, 0, 0}, draws(chain, logits, 5));
  }

  @Test
  void probabilitiesAreThoseOfTheDraw() {
    SamplerChain chain = chain(Chains.params(1, "top_k"), 4);
    chain.sample(Chains.logits(.3, .1, .4, .2));
    Candidates c = chain.candidates();
    assertArrayEquals(new int[] {2, 0, 3, 1}, Chains.ids(c));
    for (int i = 0; i < 4; i++) {
      assertEquals(0.4 - 0.1 * i, c.p(i), 1e-6);
    }
  }

  @Test
  void frequenciesFollowProbabilities() {
    double[] p = {.4, .3, .2, .1};
    int[] counts = new int[4];
    for (int id : draws(chain(Chains.params(9, "top_p"), 4), Chains.logits(p), 20_000)) {
      counts[id]++;
    }
    for (int id = 0; id < 4; id++) { // four standard deviations
      assertEquals(20_000 * p[id], counts[id], 4 * Math.sqrt(20_000 * p[id] * (1 - p[id])));
    }
  }

  @Test
  void coldTakesTheFirstOfTheLargest() {
    for (String letters : List.of("t", "edskypmAxt", "kt", "kpt", "yt")) {
      SamplingParams.Builder params = SamplingParams.builder();
      params.samplers(Samplers.parseLetters(letters));
      params.temperature(COLD);
      SamplerChain chain = chain(params, 5);
      assertEquals(1, chain.sample(new float[] {1, 7, 7, 0, 7}));
      assertEquals(0, chain.sample(new float[5]));
      assertEquals(4, chain.sample(new float[] {Float.NaN, -INF, -3, -2, -1}));
      assertEquals(1, chain.candidates().p(0));
      assertEquals(0, chain.sample(new float[] {-INF, -INF, -INF, Float.NaN, -INF}));
    }
  }

  @Test
  void theFastWayOfColdChainsChangesNothing() {
    for (int seed = 0; seed < 50; seed++) {
      float[] logits = Chains.random(seed, 300);
      SamplingParams.Builder params = SamplingParams.builder();
      params.temperature(COLD);
      int fast = chain(params, 300).sample(logits);
      params.penalties(new Penalties.Params(64, 1.5f, 0, 0)); // nothing seen yet
      assertEquals(fast, chain(params, 300).sample(logits));
    }
  }

  @Test
  void penaltiesStillCountWhenCold() {
    SamplingParams.Builder params = SamplingParams.builder();
    params.temperature(COLD);
    params.penalties(new Penalties.Params(64, 1, 0, 10));
    assertArrayEquals(new int[] {2, 1, 0}, draws(chain(params, 3), new float[] {1, 2, 3}, 3));
  }

  @Test
  void biasesComeFirst() {
    SamplingParams.Builder params = Chains.params(1, "top_k");
    params.topK(1);
    params.logitBias(Map.of(0, 5f, 3, -INF));
    assertEquals(0, chain(params, 5).sample(new float[] {1, 2, 3, 9, 4}));
  }

  @Test
  void ignoreEosForbidsEveryEndOfText() {
    SamplingParams.Builder params = Chains.params(1, "");
    params.ignoreEos(true);
    params.logitBias(Map.of(3, 50f));
    SamplerChain chain = chain(params, 4); // token 3 ends a text
    for (int id : draws(chain, new float[] {0, 0, 0, 9}, 200)) {
      assertNotEquals(3, id);
    }
    params.temperature(COLD);
    params.samplers(SamplingParams.DEFAULT_SAMPLERS);
    assertEquals(0, chain(params, 4).sample(new float[] {0, 0, 0, 9}));
  }

  @Test
  void theSeedDecides() {
    float[] logits = Chains.random(1, 500);
    SamplingParams.Builder params = Chains.everything();
    params.seed(17);
    SamplerChain first = chain(params, 500);
    int[] text = draws(first, logits, 100);
    assertArrayEquals(text, draws(chain(params, 500), logits, 100));
    first.reset();
    assertArrayEquals(text, draws(first, logits, 100));
    params.seed(18);
    assertTrue(!Arrays.equals(text, draws(chain(params, 500), logits, 100)));
  }

  @Test
  void withoutASeedTheOneDrawnIsTold() {
    float[] logits = Chains.random(1, 500);
    SamplerChain chain = chain(SamplingParams.builder(), 500);
    SamplingParams.Builder again = SamplingParams.builder();
    again.seed(chain.seed());
    assertArrayEquals(draws(chain, logits, 50), draws(chain(again, 500), logits, 50));
  }

  static List<SamplingParams.Builder> kinds() {
    SamplingParams.Builder one = SamplingParams.builder();
    one.mirostat(new Mirostat.Params(1, 4, 0.1f));
    SamplingParams.Builder two = SamplingParams.builder();
    two.mirostat(new Mirostat.Params(2, 4, 0.1f));
    SamplingParams.Builder adaptive = SamplingParams.builder();
    adaptive.adaptiveP(new AdaptiveP.Params(0.3f, 0.9f));
    List<SamplingParams.Builder> kinds =
        List.of(SamplingParams.builder(), Chains.everything(), one, two, adaptive);
    kinds.forEach(kind -> kind.seed(5));
    return kinds;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aForkGoesOnApart(SamplingParams.Builder params) {
    float[] logits = Chains.random(3, 400);
    SamplerChain chain = chain(params, 400);
    draws(chain, logits, 30);
    SamplerChain fork = chain.copy();
    int[] next = draws(chain, logits, 40);
    assertArrayEquals(next, draws(fork, logits, 40));
    assertArrayEquals(draws(chain, logits, 20), draws(fork, logits, 20));
    fork.reset();
    assertArrayEquals(draws(chain(params, 400), logits, 20), draws(fork, logits, 20));
  }

  @Test
  void mirostatReplacesTheOthers() {
    SamplingParams.Builder params = Chains.params(1, "top_k");
    params.topK(1);
    params.mirostat(new Mirostat.Params(2, 20, 0.1f));
    SamplerChain chain = chain(params, 100);
    chain.sample(new float[100]);
    assertEquals(100, chain.candidates().count());
  }

  @Test
  void adaptivePByNameStandsLast() {
    SamplingParams.Builder params = Chains.params(5, "adaptive_p;top_k;temperature");
    params.adaptiveP(new AdaptiveP.Params(0.3f, 0.9f));
    SamplingParams.Builder unnamed = Chains.params(5, "top_k;temperature");
    unnamed.adaptiveP(new AdaptiveP.Params(0.3f, 0.9f));
    float[] logits = Chains.random(3, 100);
    assertArrayEquals(
        draws(chain(unnamed, 100), logits, 50), draws(chain(params, 100), logits, 50));
  }

  /** Biases may forbid what they like, as long as one token is left. */
  @Test
  void biasesThatForbidAllAreRefused() {
    float[] logits = {1, 2, -INF, Float.NaN};
    for (String samplers : List.of("", "top_k;temperature", "temperature", "penalties;dry;xtc")) {
      for (int mirostat = 0; mirostat <= 2; mirostat++) {
        for (Temperature.Params temperature : List.of(COLD, SamplingParams.DEFAULT.temperature())) {
          SamplingParams.Builder params = Chains.params(3, samplers);
          params.temperature(temperature);
          params.mirostat(new Mirostat.Params(mirostat, 5, 0.1f));
          params.logitBias(Map.of(0, -INF));
          assertEquals(1, chain(params, 4).sample(logits));
          params.logitBias(Map.of(0, -INF, 1, -INF, 2, 100f));
          SamplerChain chain = chain(params, 4);
          String message =
              assertThrows(NoTokenException.class, () -> chain.sample(logits)).getMessage();
          assertTrue(message.contains("of 4 every one"), message);
        }
      }
    }
  }

  /** Every sampler alone, and all together, on logits of every awkward kind. */
  @Test
  void somethingAllowedIsAlwaysLeft() {
    Random random = new Random(6);
    for (int round = 0; round < 400; round++) {
      int n = 1 + random.nextInt(40);
      float[] logits = awkward(random, n);
      List<String> names = Samplers.names();
      List<String> chainNames =
          random.nextInt(3) == 0 ? names : List.of(names.get(random.nextInt(names.size())));
      SamplingParams.Builder params = Chains.everything();
      params.seed(round);
      params.samplers(chainNames);
      params.topP(random.nextFloat());
      params.minP(1.2f * random.nextFloat());
      params.topA(3 * random.nextFloat());
      params.typicalP(random.nextFloat());
      params.topNSigma(random.nextFloat());
      params.topK(1 + random.nextInt(50));
      params.minKeep(random.nextInt(4));
      params.mirostat(new Mirostat.Params(random.nextInt(8) / 6 * 2, 3, 0.5f));
      SamplerChain chain = chain(params, n);
      boolean anyAllowed = IntStream.range(0, n).anyMatch(i -> logits[i] > Float.NEGATIVE_INFINITY);
      for (int i = 0; i < 10; i++) {
        int id = chain.sample(logits);
        chain.accept(id);
        String what = chainNames + " of " + Arrays.toString(logits);
        assertTrue(chain.candidates().count() >= 1, what);
        assertTrue(!anyAllowed || logits[id] > Float.NEGATIVE_INFINITY, id + " by " + what);
        double sum = 0;
        for (int j = 0; j < chain.candidates().count(); j++) {
          sum += chain.candidates().p(j);
        }
        assertEquals(1, sum, 1e-4, what);
      }
    }
  }

  private static float[] awkward(Random random, int n) {
    float[] special = {-INF, Float.NaN, 0, -0f, 1e38f, -1e38f, 1e-40f, 5, INF};
    int kinds = 1 + random.nextInt(special.length);
    float[] logits = new float[n];
    for (int i = 0; i < n; i++) {
      logits[i] =
          random.nextBoolean() ? (float) random.nextGaussian() : special[random.nextInt(kinds)];
    }
    return logits;
  }

  /** Samplers that take --min-keep leave so many. */
  @Test
  void minKeepIsKept() {
    double[] p = {.01, .9, .03, .02, .04};
    for (int keep = 1; keep <= 5; keep++) {
      for (Sampler sampler :
          List.of(
              new TopP(0.1f, keep),
              new MinP(1, keep),
              new TopA(1, keep),
              new TypicalP(0.1f, keep),
              new Xtc(new Xtc.Params(1, 0.001f), keep, 1))) {
        Candidates c = Chains.of(p);
        sampler.apply(c);
        assertTrue(c.count() >= keep, sampler + " left " + c.count());
      }
    }
  }

  /** What is kept depends on logits and ids, not on where candidates stand. */
  @Test
  void theOrderOfCandidatesDoesNotMatter() {
    List<Sampler> samplers =
        List.of(
            new TopK(7),
            new TopK(100),
            new TopP(0.6f, 0),
            new MinP(0.1f, 0),
            new TopA(0.5f, 0),
            new TypicalP(0.5f, 0),
            new TopNSigma(1));
    float[] logits = Chains.random(8, 2000);
    for (int i = 0; i < 2000; i++) {
      logits[i] = Math.round(logits[i] * 4) / 4f; // many ties
    }
    for (Sampler sampler : samplers) {
      Candidates straight = new Candidates(2000);
      straight.fill(logits);
      sampler.apply(straight);
      Candidates shuffled = new Candidates(2000);
      shuffled.fill(logits);
      Random random = new Random(2);
      for (int i = 0; i < 2000; i++) {
        shuffled.score(i, random.nextFloat());
      }
      shuffled.sortByScore(2000);
      sampler.apply(shuffled);
      assertArrayEquals(allowed(straight), allowed(shuffled), sampler.toString());
    }
  }

  private static int[] allowed(Candidates c) {
    return IntStream.range(0, c.count())
        .filter(i -> c.logit(i) > Float.NEGATIVE_INFINITY)
        .map(c::id)
        .sorted()
        .toArray();
  }

  @Test
  void logitsAreNotChanged() {
    float[] logits = Chains.random(1, 50);
    float[] before = logits.clone();
    SamplingParams.Builder params = Chains.everything();
    params.logitBias(Map.of(3, 1f));
    draws(chain(params, 50), logits, 20);
    assertArrayEquals(before, logits);
  }
}
