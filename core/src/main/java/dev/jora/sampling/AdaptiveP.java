package dev.jora.sampling;

/** Draws near a target probability, which moves against the average of what was drawn. */
final class AdaptiveP implements Drawer {
  private static final float WIDTH = 0.3f;
  private static final float PEAK = 5;
  private static final float SHARPNESS = 10;

  private final SamplingParams.AdaptiveP params;
  private final Distribution distribution;
  private float[] original = new float[0];
  private float weighted;
  private float total;

  AdaptiveP(SamplingParams.AdaptiveP params, int seed) {
    this(params, new Distribution(seed));
    reset();
  }

  private AdaptiveP(SamplingParams.AdaptiveP params, Distribution distribution) {
    this.params = params;
    this.distribution = distribution;
  }

  @Override
  public int draw(Candidates c) {
    c.softmax();
    if (original.length < c.count()) {
      original = new float[c.count()];
    }
    System.arraycopy(c.probabilities(), 0, original, 0, c.count());
    float target = Math.clamp(2 * params.target() - weighted / total, 0f, 1f);
    for (int i = 0; i < c.count(); i++) {
      if (c.logit(i) != Float.NEGATIVE_INFINITY) {
        float d = Math.abs(original[i] - target) / WIDTH;
        c.logit(i, PEAK - SHARPNESS * d * d / (1 + d));
      }
    }
    int drawn = distribution.draw(c);
    weighted = params.decay() * weighted + original[drawn];
    total = params.decay() * total + 1;
    return drawn;
  }

  @Override
  public void reset() {
    distribution.reset();
    weighted = params.target() / (1 - params.decay());
    total = 1 / (1 - params.decay());
  }

  @Override
  public AdaptiveP copy() {
    AdaptiveP copy = new AdaptiveP(params, distribution.copy());
    copy.weighted = weighted;
    copy.total = total;
    return copy;
  }
}
