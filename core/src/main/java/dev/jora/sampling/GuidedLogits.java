package dev.jora.sampling;

import dev.jora.fault.Parameter;
import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;

/**
 * Logits of classifier-free guidance: with l the log-probabilities after a text and n those after
 * its negative, n + scale · (l − n). A scale of 1 is l, of 0 is n, and above 1 what the negative
 * makes likely becomes less so.
 */
public final class GuidedLogits {
  /** The scale, in messages. */
  public static final Parameter SCALE = new Parameter("cfg_scale");

  private GuidedLogits() {}

  /**
   * Refuses a scale that is no finite number.
   *
   * @throws ParameterException if it is none
   */
  public static void check(float scale) {
    if (!Float.isFinite(scale)) {
      throw new ParameterException(Sentence.of("%s must be a finite number, not %s", SCALE, scale));
    }
  }

  /**
   * Mixes them. A token that cannot come, its logit being −∞, cannot come of the mixture either; of
   * what counts for nothing at scales 0 and 1 that does not matter. A NaN counts as −∞.
   *
   * @param text logits of the whole vocabulary after the text
   * @param negative likewise, after its negative
   * @param mixed receives the mixture; may be one of the others
   */
  public static void mix(float[] text, float[] negative, float scale, float[] mixed) {
    double textSum = Logprobs.logSumExp(text);
    double negativeSum = Logprobs.logSumExp(negative);
    for (int i = 0; i < mixed.length; i++) {
      float t = Candidates.guarded(text[i]);
      float n = Candidates.guarded(negative[i]);
      boolean out =
          scale != 0 && t == Float.NEGATIVE_INFINITY || scale != 1 && n == Float.NEGATIVE_INFINITY;
      mixed[i] = out ? Float.NEGATIVE_INFINITY : mixed(t - textSum, n - negativeSum, scale);
    }
  }

  /** A large scale leaves numbers, of which differences can be taken. */
  private static float mixed(double text, double negative, float scale) {
    double l = scale == 0 ? negative : scale == 1 ? text : negative + scale * (text - negative);
    return (float) Math.clamp(l, -Float.MAX_VALUE, Float.MAX_VALUE);
  }
}
