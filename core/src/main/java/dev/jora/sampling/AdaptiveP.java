package dev.jora.sampling;

/** Draws near a target probability, which moves against the average of what was drawn. */
public final class AdaptiveP implements Drawer {
  /**
   * Adaptive p: steers the probability of the tokens drawn.
   *
   * @param target the probability wanted; below 0 off
   * @param decay how slowly the past is forgotten
   */
  public record Params(float target, float decay) {
    /** llama.cpp's. */
    public static final Params DEFAULT = new Params(-1, 0.9f);

    /** Checks the numbers. */
    public Params {
      Range.atMost("adaptive_target", target, 1);
      Range.within("adaptive_decay", decay, 0, 0.99f);
    }

    /** True if another draws. */
    boolean isOff() {
      return target < 0;
    }
  }

  private static final float WIDTH = 0.3f;
  private static final float PEAK = 5;
  private static final float SHARPNESS = 10;

  private final Params params;
  private final Distribution distribution;
  private float[] original = new float[0];
  private float weighted;
  private float total;

  AdaptiveP(Params params, int seed) {
    this(params, new Distribution(seed));
    reset();
  }

  private AdaptiveP(Params params, Distribution distribution) {
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
  public float[] learned() {
    return new float[] {weighted, total};
  }

  @Override
  public void learned(float[] before) {
    weighted = before[0];
    total = before[1];
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
