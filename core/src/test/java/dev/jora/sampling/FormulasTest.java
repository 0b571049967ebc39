package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every sampler on small distributions, against probabilities worked out by hand. */
class FormulasTest {
  private static final double[] FOUR = {0.1, 0.2, 0.3, 0.4};
  private static final double[] FIVE = {0.2, 0.2, 0.2, 0.2, 0.2};

  /** Probabilities left by a sampler, in the order of the candidates. */
  private static void check(Sampler sampler, double[] p, double... expected) {
    Candidates c = Chains.of(p);
    sampler.apply(c);
    c.softmax();
    assertEquals(expected.length, c.count(), sampler.toString());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], c.p(i), 1e-5, sampler + " candidate " + i);
    }
  }

  private static void checkIds(Sampler sampler, double[] p, int... expected) {
    Candidates c = Chains.of(p);
    sampler.apply(c);
    assertArrayEquals(expected, Chains.ids(c), sampler.toString());
  }

  @Test
  void topK() {
    check(new TopK(1), FOUR, 1);
    check(new TopK(3), FOUR, 4 / 9.0, 3 / 9.0, 2 / 9.0);
    check(new TopK(4), FOUR, 0.4, 0.3, 0.2, 0.1);
    check(new TopK(9), FOUR, 0.4, 0.3, 0.2, 0.1);
    checkIds(new TopK(2), FOUR, 3, 2);
  }

  @Test
  void topP() {
    check(new TopP(0, 0), FOUR, 1);
    check(new TopP(0.7f, 0), FOUR, 4 / 7.0, 3 / 7.0);
    check(new TopP(0.8f, 0), FOUR, 4 / 9.0, 3 / 9.0, 2 / 9.0);
    check(new TopP(0.5f, 4), FOUR, 0.4, 0.3, 0.2, 0.1);
  }

  @Test
  void topPOfPointEightKeepsThree() {
    double[] p = new double[18];
    Arrays.fill(p, .01);
    p[7] = .22;
    p[9] = .5;
    p[11] = .02;
    p[17] = .12;
    checkIds(new TopP(0.8f, 0), p, 9, 7, 17);
  }

  @Test
  void minP() {
    check(new MinP(0.24f, 0), FOUR, FOUR);
    check(new MinP(0.26f, 0), FOUR, 2 / 9.0, 3 / 9.0, 4 / 9.0);
    check(new MinP(0.49f, 0), FOUR, 2 / 9.0, 3 / 9.0, 4 / 9.0);
    check(new MinP(0.51f, 0), FOUR, 3 / 7.0, 4 / 7.0);
    check(new MinP(0.74f, 0), FOUR, 3 / 7.0, 4 / 7.0);
    check(new MinP(0.76f, 0), FOUR, 1);
    check(new MinP(1.05f, 0), FOUR, 1);
    check(new MinP(0.76f, 3), FOUR, 4 / 9.0, 3 / 9.0, 2 / 9.0);
  }

  @Test
  void minPOfFivePercentDropsBelowOneAndAHalf() {
    double[] p = {.30, .25, .20, .15, .05, .0151, .0149, .0100, .0100};
    checkIds(new MinP(0.05f, 0), p, 0, 1, 2, 3, 4, 5);
  }

  @Test
  void topADropsBelowTheSquare() {
    double[] p = {.5, .25, .15, .06, .04};
    checkIds(new TopA(0.2f, 0), p, 0, 1, 2, 3); // 0.2 · 0.25 = 0.05
    checkIds(new TopA(0.5f, 0), p, 0, 1, 2); // 0.125
    checkIds(new TopA(0.5f, 4), p, 0, 1, 2, 3);
    checkIds(new TopA(9, 0), p, 0);
  }

  @Test
  void typicalP() {
    check(new TypicalP(0.5f, 0), new double[] {.97, .01, .01, .01}, 1);
    check(new TypicalP(0.5f, 0), new double[] {.4, .2, .2, .2}, 1 / 3.0, 1 / 3.0, 1 / 3.0);
    // H = 1.1648; distances .4717, .2215, .4446, 1.8309: the likeliest is not always first
    checkIds(new TypicalP(0.4f, 0), new double[] {.5, .25, .2, .05}, 1, 2);
    checkIds(new TypicalP(0.6f, 0), new double[] {.5, .25, .2, .05}, 1, 2, 0);
    checkIds(new TypicalP(0.4f, 3), new double[] {.5, .25, .2, .05}, 1, 2, 0);
  }

  @Test
  void typicalPPutsTheImpossibleLast() {
    checkIds(new TypicalP(0.99f, 0), new double[] {0, .5, 0, .5}, 1, 3);
    checkIds(new TypicalP(0.99f, 3), new double[] {0, .5, 0, .5}, 1, 3, 0);
  }

  @Test
  void topNSigma() {
    check(new TopNSigma(1), FOUR, 4 / 7.0, 3 / 7.0, 0, 0);
    check(new TopNSigma(3), FOUR, 0.4, 0.3, 0.2, 0.1);
    // −∞ counts neither for the mean nor for the deviation
    check(new TopNSigma(1), new double[] {.1, .2, 0, .3, .4}, 4 / 7.0, 3 / 7.0, 0, 0, 0);
  }

  @Test
  void xtc() {
    double[] p = {.4, .3, .2, .1};
    check(xtc(1, 0.09f, 0), p, 1);
    check(xtc(1, 0.19f, 0), p, 2 / 3.0, 1 / 3.0);
    check(xtc(1, 0.29f, 0), p, 0.5, 1 / 3.0, 1 / 6.0);
    check(xtc(1, 0.39f, 0), p, p);
    check(xtc(1, 0.09f, 2), p, p);
    check(xtc(1, 0.19f, 2), p, 2 / 3.0, 1 / 3.0);
  }

  @Test
  void xtcActsWhenItsNumberIsAtMostTheProbability() {
    // seed 5489: 0.8149, 0.1355, 0.9058, …
    Sampler sampler = xtc(0.5f, 0.09f, 0);
    Candidates c = Chains.of(.4, .3, .2, .1);
    sampler.apply(c);
    assertEquals(4, c.count());
    sampler.apply(c);
    assertEquals(1, c.count());
    sampler.apply(c); // a single candidate draws no number
    c = Chains.of(.4, .3, .2, .1);
    sampler.apply(c);
    assertEquals(4, c.count());
  }

  private static Sampler xtc(float probability, float threshold, int minKeep) {
    return new Xtc(new Xtc.Params(probability, threshold), minKeep, 5489);
  }

  @Test
  void temperature() {
    check(temperature(1, 0, 1), FOUR, FOUR);
    check(temperature(0, 0, 1), FOUR, 0, 0, 0, 1);
    check(temperature(-1, 0, 1), FOUR, 0, 0, 0, 1);
    check(temperature(0.5f, 0, 1), FOUR, 1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0);
    check(temperature(0, 0, 1), new double[] {.2, .4, .4}, 0, 1, 0);
    check(temperature(1e-42f, 0, 1), FOUR, 0, 0, 0, 1);
  }

  @Test
  void dynamicTemperature() {
    // no choice: T − range = 0.5; the fullest choice: T + range = 1.5
    check(temperature(1, 0.5f, 1), new double[] {1, 0}, 1, 0);
    check(temperature(1, 0.5f, 1), FIVE, FIVE);
    // H = 1.279854, ln 4 = 1.386294; T = 0.5 + 0.923220
    double t = 0.5 + 1.279854 / 1.386294;
    double[] powers = new double[4];
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      powers[i] = Math.pow(FOUR[3 - i], 1 / t);
      sum += powers[i];
    }
    for (int i = 0; i < 4; i++) {
      powers[i] /= sum;
    }
    check(temperature(1, 0.5f, 1), FOUR, powers);
    check(temperature(0.5f, 1, 50), new double[] {.9, .1}, 1, 0); // T ≈ 1.5 · 0.469⁵⁰ ≈ 0
  }

  private static Sampler temperature(float value, float range, float exponent) {
    return new Temperature(new Temperature.Params(value, range, exponent));
  }

  @Test
  void repeatPenaltyMultipliesNegativeLogits() {
    double q = Math.pow(0.2, 50);
    double rest = 1 / (4 + 5 * q);
    checkPenalties(new int[] {0}, 50, 0, 0, 0, rest, rest, rest, rest);
    checkPenalties(new int[] {0, 1, 2, 0, 0}, 50, 0, 0, 0, 0, 0, .5, .5);
    Candidates c = new Candidates(3);
    c.fill(new float[] {2, 0, -2});
    Penalties penalties = new Penalties(new Penalties.Params(64, 4, 0, 0));
    for (int id = 0; id < 3; id++) {
      penalties.accept(id);
    }
    penalties.apply(c);
    assertEquals(0.5f, c.logit(0));
    assertEquals(0, c.logit(1));
    assertEquals(-8, c.logit(2));
  }

  @Test
  void frequencyCountsAndPresenceDoesNot() {
    // e^−10 = 4.54e-5, e^−20 = 2.06e-9 of 0.2
    checkPenalties(new int[] {0}, 1, 5, 5, .000011, .249997, .249997, .249997, .249997);
    checkPenalties(new int[] {0, 1, 2}, 1, 5, 5, .000023, .000023, .000023, .499966, .499966);
    checkPenalties(new int[] {0, 1, 2, 0, 0}, 1, 5, 5, 0, .000023, .000023, .499977, .499977);
  }

  private static void checkPenalties(
      int[] seen, float repeat, float frequency, float presence, double... expected) {
    Penalties penalties =
        new Penalties(new Penalties.Params(seen.length, repeat, frequency, presence));
    for (int id : seen) {
      penalties.accept(id);
    }
    check(penalties, FIVE, expected);
  }

  @Test
  void penaltiesForgetWhatLeavesTheWindow() {
    Penalties penalties = new Penalties(new Penalties.Params(2, 1, 1, 0));
    for (int id : new int[] {0, 0, 1, 1, 2}) {
      penalties.accept(id);
    }
    Candidates c = new Candidates(3);
    c.fill(new float[3]);
    penalties.apply(c);
    assertArrayEquals(new float[] {0, -1, -1}, c.logits());
  }
}
