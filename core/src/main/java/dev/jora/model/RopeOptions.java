package dev.jora.model;

import dev.jora.backend.Rope;
import dev.jora.model.block.RopeSpec;

/**
 * How positions become angles: the RoPE keys of a model, or what the user put in their place.
 *
 * @param base θ: pair i of n_rot/2 turns by base^(−2i / n_rot) per position
 * @param scaling what happens beyond the trained context
 * @param freqScale positions are multiplied by it; 1 / factor
 * @param originalContext positions before the scaling, for YaRN
 * @param extFactor YaRN: share of extrapolation, 0 to 1
 * @param attnFactor YaRN: factor on cos and sin beside its own
 * @param logMultiplier YaRN: by what attention's scale grows with the logarithm of the factor,
 *     which cos and sin do not then; 0 for nothing
 * @param betaFast YaRN: turns over the original context above which a pair is left alone
 * @param betaSlow YaRN: turns below which a pair is fully scaled
 */
public record RopeOptions(
    double base,
    Scaling scaling,
    double freqScale,
    int originalContext,
    double extFactor,
    double attnFactor,
    double logMultiplier,
    double betaFast,
    double betaSlow) {
  /** Ways of reaching beyond the trained context. */
  public enum Scaling {
    NONE,
    LINEAR,
    YARN
  }

  /**
   * What a user may set on the command line; null leaves the model's value.
   *
   * @param alpha the NTK rule: base · alpha^(d / (d − 2))
   */
  public record Overrides(
      Double base,
      Double freqScale,
      Scaling scaling,
      Double alpha,
      Integer originalContext,
      Double extFactor,
      Double attnFactor,
      Double betaFast,
      Double betaSlow) {
    /** The model's own values. */
    public static final Overrides NONE =
        new Overrides(null, null, null, null, null, null, null, null, null);
  }

  /** The keys {@code ARCHITECTURE.rope.*}, with the user's values in their place. */
  static RopeOptions of(Hyperparameters h, Overrides user) {
    return RopeKeys.of(h).with(user);
  }

  /** The same without scaling, on another base: windowed layers of Gemma 3. */
  private RopeOptions unscaled(double otherBase) {
    return new RopeOptions(
        otherBase, Scaling.NONE, 1, originalContext, extFactor, 1, 0, betaFast, betaSlow);
  }

  /**
   * The angles of heads.
   *
   * @param factors divisors of the frequencies, one per pair ({@code rope_freqs.weight}), or null;
   *     not for layers with a base of their own
   */
  Rope rope(RopeSpec spec, float[] factors) {
    RopeOptions own = spec.ownBase() == 0 ? this : unscaled(spec.ownBase());
    float[] divisors = spec.ownBase() == 0 ? factors : null;
    return own.rope(spec.neox(), spec.dimensions(), spec.magnitude(), divisors);
  }

  private Rope rope(boolean neox, int dimensions, boolean longer, float[] factors) {
    int pairs = dimensions / 2;
    double[] frequencies = new double[pairs];
    boolean yarn = scaling == Scaling.YARN && extFactor != 0;
    double low = Math.max(0, Math.floor(correctionDimension(dimensions, betaFast)));
    double high = Math.min(dimensions - 1, Math.ceil(correctionDimension(dimensions, betaSlow)));
    for (int i = 0; i < pairs; i++) {
      double extrapolated = Math.pow(base, -2.0 * i / dimensions);
      if (factors != null) {
        extrapolated /= factors[i];
      }
      double interpolated = freqScale * extrapolated;
      double mix = 0;
      if (yarn) {
        double ramp = (i - low) / Math.max(0.001, high - low);
        mix = (1 - Math.clamp(ramp, 0.0, 1.0)) * extFactor;
      }
      frequencies[i] = interpolated * (1 - mix) + extrapolated * mix;
    }
    double magnitude = yarn && longer ? longer(1) / longer(logMultiplier) : 1;
    return new Rope(neox, frequencies, attnFactor * magnitude);
  }

  /** YaRN: what lengths grow by. */
  private double longer(double multiplier) {
    return 1 + 0.1 * multiplier * Math.log(1 / freqScale);
  }

  /** YaRN: the dimension that turns {@code turns} times over the original context. */
  private double correctionDimension(int dimensions, double turns) {
    return dimensions * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }
}
