package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Mirostat's truncation, its learning, and adaptive p. */
class MirostatTest {
  private static final double[] P = {.5, .25, .125, .0625, .0625};

  private static Mirostat mirostat(int version, double tau, double eta, int vocabulary) {
    return new Mirostat(new Mirostat.Params(version, (float) tau, (float) eta), vocabulary, 1);
  }

  @Test
  void versionTwoDropsWhatSurprisesMoreThanMu() {
    int[] kept = {1, 1, 2, 3, 5}; // surprises are 1, 2, 3, 4, 4 bits; μ = 2τ
    double[] mu = {0.9, 1.1, 2.1, 3.1, 4.1};
    for (int i = 0; i < mu.length; i++) {
      Candidates c = Chains.of(P);
      mirostat(2, mu[i] / 2, 0.1, 5).draw(c);
      assertEquals(kept[i], c.count(), "μ = " + mu[i]);
    }
  }

  @Test
  void muLearnsFromTheSurprise() {
    // μ 4.2 keeps all five; the surprise drawn moves it by η(s − τ), η = 1: μ' = 6.3 − s
    Mirostat mirostat = mirostat(2, 2.1, 1, 5);
    Candidates c = Chains.of(P);
    int drawn = mirostat.draw(c);
    double next = 6.3 + Math.log(c.p(drawn)) / Math.log(2);
    int expected = 0;
    for (double p : P) {
      expected += -Math.log(p) / Math.log(2) <= next ? 1 : 0;
    }
    c = Chains.of(P);
    mirostat.draw(c);
    assertEquals(expected, c.count());
    mirostat.reset();
    c = Chains.of(P);
    mirostat.draw(c);
    assertEquals(5, c.count());
  }

  @Test
  void versionOneCutsByZipfsLaw() {
    // p ∝ 1/i² gives s = 2, ε = 1: k = sqrt(2^μ / (1 − 1/V)) = sqrt(2^μ · 1000 / 999)
    double[] zipf = new double[1000];
    for (int i = 0; i < 1000; i++) {
      zipf[i] = 1.0 / ((i + 1.0) * (i + 1.0));
    }
    for (int mu : new int[] {2, 5, 7, 10}) {
      Candidates c = Chains.of(zipf);
      mirostat(1, mu / 2.0, 0.1, 1000).draw(c);
      assertEquals((int) Math.sqrt(Math.pow(2, mu) * 1000 / 999), c.count(), "μ = " + mu);
    }
  }

  @Test
  void oddDistributionsLeaveSomething() {
    for (int version = 1; version <= 2; version++) {
      for (double[] p : new double[][] {{1}, {0, 1, 0}, {.25, .25, .25, .25}, {0, 0}}) {
        Mirostat mirostat = mirostat(version, 5, 0.1, p.length);
        for (int i = 0; i < 20; i++) {
          Candidates c = Chains.of(p);
          int drawn = mirostat.draw(c);
          assertTrue(drawn >= 0 && drawn < c.count());
          assertTrue(p[c.id(drawn)] > 0 || p.length == 2);
        }
      }
    }
  }

  @Test
  void theSurpriseComesNearTau() {
    float[] logits = Chains.random(4, 2000);
    for (int version = 1; version <= 2; version++) {
      Mirostat mirostat = mirostat(version, 4, 0.1, 2000);
      Candidates c = new Candidates(2000);
      double surprise = 0;
      for (int i = 0; i < 1000; i++) {
        c.fill(logits);
        surprise -= Math.log(c.p(mirostat.draw(c))) / Math.log(2);
      }
      assertEquals(4, surprise / 1000, 0.2);
    }
  }

  @Test
  void adaptivePReshapesAroundTheTarget() {
    // d = |p − 0.3| / 0.3; l = 5 − 10 d² / (1 + d)
    AdaptiveP adaptive = new AdaptiveP(new AdaptiveP.Params(0.3f, 0.9f), 1);
    Candidates c = Chains.of(.6, .3, .1, 0);
    adaptive.draw(c);
    assertEquals(5 - 10 / 2.0, c.logit(0), 1e-4);
    assertEquals(5, c.logit(1), 1e-4);
    assertEquals(5 - 10 * 4 / 9.0 / (5 / 3.0), c.logit(2), 1e-4);
    assertEquals(0, c.p(3));
  }

  @Test
  void adaptivePMovesAgainstWhatWasDrawn() {
    // always p = 1: w = 0.3/0.1, W = 10; after one draw w = 0.9·3 + 1, W = 10; target .6 − .37
    AdaptiveP adaptive = new AdaptiveP(new AdaptiveP.Params(0.3f, 0.9f), 1);
    adaptive.draw(Chains.of(1));
    Candidates c = Chains.of(.23, .77);
    adaptive.draw(c);
    assertEquals(5, c.logit(0), 1e-4);
    adaptive.reset();
    c = Chains.of(.3, .7);
    adaptive.draw(c);
    assertEquals(5, c.logit(0), 1e-4);
  }

  @Test
  void higherTargetsDrawLikelierTokens() {
    float[] logits = Chains.logits(.3, .2, .15, .1, .08, .07, .04, .03, .02, .01);
    double last = 0;
    for (float target : new float[] {.02f, .1f, .2f, .3f}) {
      AdaptiveP adaptive = new AdaptiveP(new AdaptiveP.Params(target, 0.9f), 1);
      double sum = 0;
      Candidates c = new Candidates(10);
      for (int i = 0; i < 2000; i++) {
        c.fill(logits);
        sum += Math.exp(logits[c.id(adaptive.draw(c))]);
      }
      assertTrue(sum / 2000 > last + 0.01, target + " drew " + sum / 2000 + ", before " + last);
      last = sum / 2000;
    }
  }
}
