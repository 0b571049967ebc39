package dev.jora.sampling;

/** Divides logits by a temperature, fixed or led by the entropy; at 0 only the largest stays. */
public record Temperature(Params params) implements Sampler {
  /**
   * l / T.
   *
   * @param value T; ≤ 0 takes the likeliest
   * @param range T varies by so much with the entropy; 0 off
   * @param exponent of the entropy's share
   */
  public record Params(float value, float range, float exponent) {
    /** llama.cpp's. */
    public static final Params DEFAULT = new Params(0.8f, 0, 1);

    /** Checks the numbers. */
    public Params {
      Range.finite("temperature", value);
      Range.atLeast("dynatemp_range", range, 0);
      Range.finite("dynatemp_exponent", exponent);
    }

    /** True if it changes nothing. */
    boolean isOff() {
      return value == 1 && range == 0;
    }
  }

  @Override
  public void apply(Candidates c) {
    float t = params.range() > 0 ? dynamic(c) : params.value();
    if (t <= 0 || Float.isInfinite(c.max() / t)) {
      forbidAllBut(c, c.argmax());
      return;
    }
    for (int i = 0; i < c.count(); i++) {
      c.logitInOrder(i, c.logit(i) / t);
    }
  }

  private static void forbidAllBut(Candidates c, int largest) {
    for (int i = 0; i < c.count(); i++) {
      if (i != largest) {
        c.logitInOrder(i, Float.NEGATIVE_INFINITY);
      }
    }
  }

  /** From T − range at no entropy to T + range at the most there can be. */
  private float dynamic(Candidates c) {
    if (c.count() <= 1) {
      return 1;
    }
    c.sort(); // llama.cpp draws from them in this order
    c.softmax();
    float least = Math.max(0, params.value() - params.range());
    float most = params.value() + params.range();
    double share = Math.pow(c.entropy() / Math.log(c.count()), params.exponent());
    return (float) (least + (most - least) * share);
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
