package dev.jora.sampling;

/** Divides logits by a temperature, fixed or led by the entropy; at 0 only the largest stays. */
record Temperature(SamplingParams.Temperature params) implements Sampler {
  @Override
  public void apply(Candidates c) {
    float t = params.range() > 0 ? dynamic(c) : params.value();
    if (t <= 0) {
      int largest = c.argmax();
      for (int i = 0; i < c.count(); i++) {
        if (i != largest) {
          c.logitInOrder(i, Float.NEGATIVE_INFINITY);
        }
      }
      return;
    }
    for (int i = 0; i < c.count(); i++) {
      c.logitInOrder(i, c.logit(i) / t);
    }
  }

  /** From T − range at no entropy to T + range at the most there can be. */
  private float dynamic(Candidates c) {
    if (c.count() <= 1) {
      return 1;
    }
    c.softmax();
    double entropy = 0;
    for (int i = 0; i < c.count(); i++) {
      if (c.p(i) > 0) {
        entropy -= c.p(i) * Math.log(c.p(i));
      }
    }
    float least = Math.max(0, params.value() - params.range());
    float most = params.value() + params.range();
    double share = Math.pow(entropy / Math.log(c.count()), params.exponent());
    return (float) (least + (most - least) * share);
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
