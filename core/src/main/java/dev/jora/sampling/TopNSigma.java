package dev.jora.sampling;

/** Forbids logits further than n standard deviations below the largest (Tang et al. 2024). */
record TopNSigma(float n) implements Sampler {
  @Override
  public void apply(Candidates c) {
    double sum = 0;
    int finite = 0;
    for (int i = 0; i < c.count(); i++) {
      if (c.logit(i) != Float.NEGATIVE_INFINITY) {
        sum += c.logit(i);
        finite++;
      }
    }
    double mean = sum / finite;
    double squares = 0;
    for (int i = 0; i < c.count(); i++) {
      if (c.logit(i) != Float.NEGATIVE_INFINITY) {
        squares += (c.logit(i) - mean) * (c.logit(i) - mean);
      }
    }
    double bound = c.max() - n * Math.sqrt(squares / finite);
    for (int i = 0; i < c.count(); i++) {
      if (c.logit(i) < bound) {
        c.logitInOrder(i, Float.NEGATIVE_INFINITY);
      }
    }
    c.sort(); // llama.cpp draws from them in this order
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
