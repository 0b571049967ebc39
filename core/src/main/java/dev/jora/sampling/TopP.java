package dev.jora.sampling;

/** Nucleus sampling (Holtzman et al. 2019): the shortest prefix of the largest that sums to p. */
record TopP(float p, int minKeep) implements Sampler {
  /** A first guess of the nucleus; it grows eightfold until it is large enough. */
  private static final int FIRST = 256;

  @Override
  public void apply(Candidates c) {
    float max = c.logit(c.argmax());
    double scale = 0;
    for (int i = 0; i < c.count(); i++) {
      scale += Math.exp(c.logit(i) - max);
    }
    int sorted = 0;
    double sum = 0;
    for (int i = 0; i < c.count(); i++) {
      if (i == sorted) {
        sorted = Math.min(c.count(), sorted == 0 ? FIRST : 8 * sorted);
        c.sortPrefix(sorted);
      }
      sum += Math.exp(c.logit(i) - max) / scale;
      if (sum >= p && i + 1 >= minKeep) {
        c.top(i + 1);
        return;
      }
    }
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
