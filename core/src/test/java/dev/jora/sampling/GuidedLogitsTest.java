package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Mixtures of logits by numbers worked out by hand, and where one of them is no number. */
class GuidedLogitsTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private static float[] mix(float[] text, float[] negative, float scale) {
    float[] mixed = new float[text.length];
    GuidedLogits.mix(text, negative, scale, mixed);
    return mixed;
  }

  private static float ln(double p) {
    return (float) Math.log(p);
  }

  @Test
  void logProbabilitiesAreMixed() {
    float[] text = {ln(0.5) + 3, ln(0.25) + 3, ln(0.25) + 3}; // a constant changes nothing
    float[] negative = {ln(0.8) - 9, ln(0.1) - 9, ln(0.1) - 9};
    assertArrayEquals(
        new float[] {ln(0.5 * 0.5 / 0.8), ln(0.25 * 0.25 / 0.1), ln(0.25 * 0.25 / 0.1)},
        mix(text, negative, 2),
        1e-5f);
    assertArrayEquals(new float[] {ln(0.8), ln(0.1), ln(0.1)}, mix(text, negative, 0), 1e-5f);
    assertArrayEquals(new float[] {ln(0.5), ln(0.25), ln(0.25)}, mix(text, negative, 1), 1e-5f);
    assertArrayEquals(
        new float[] {ln(0.8 * 0.8 / 0.5), ln(0.1 * 0.1 / 0.25), ln(0.1 * 0.1 / 0.25)},
        mix(text, negative, -1),
        1e-5f);
  }

  @Test
  void whatCannotComeOfOneCannotComeOfBoth() {
    float[] text = {0, NEVER, 0, NEVER, Float.NaN};
    float[] negative = {0, 0, NEVER, NEVER, 0};
    for (float scale : new float[] {-2, 0.5f, 1.5f, 7}) {
      float[] mixed = mix(text, negative, scale);
      assertTrue(Float.isFinite(mixed[0]), "scale " + scale);
      for (int i = 1; i < 5; i++) {
        assertEquals(NEVER, mixed[i], "scale " + scale + ", token " + i);
      }
    }
    float third = ln(1 / 3.0);
    assertArrayEquals(
        new float[] {third, third, NEVER, NEVER, third}, mix(text, negative, 0), 1e-6f);
    assertArrayEquals(
        new float[] {ln(0.5), NEVER, ln(0.5), NEVER, NEVER}, mix(text, negative, 1), 1e-6f);
  }

  @Test
  void nothingIsLeftWhereNothingWas() {
    float[] none = {NEVER, NEVER};
    for (float scale : new float[] {-1, 0, 1, 2}) {
      assertArrayEquals(none, mix(none, none, scale));
      assertArrayEquals(none, mix(none, scale == 0 ? none : new float[] {0, 1}, scale));
    }
  }

  @Test
  void aLargeScaleLeavesNumbers() {
    for (float scale : new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}) {
      for (float value : mix(new float[] {60, 1, 0}, new float[] {0, 1, 70}, scale)) {
        assertTrue(Float.isFinite(value), "scale " + scale);
      }
    }
  }

  @Test
  void theMixtureMayReplaceOneOfThem() {
    float[] text = {1, 2, 4};
    float[] negative = {3, 1, 0};
    float[] expected = mix(text, negative, 1.5f);
    float[] first = text.clone();
    GuidedLogits.mix(first, negative, 1.5f, first);
    assertArrayEquals(expected, first);
    float[] second = negative.clone();
    GuidedLogits.mix(text, second, 1.5f, second);
    assertArrayEquals(expected, second);
  }
}
