package dev.jora.sampling;

/** Nucleus sampling (Holtzman et al. 2019): the shortest prefix of the largest that sums to p. */
record TopP(float p, int minKeep) implements Sampler {
  @Override
  public void apply(Candidates c) {
    float max = c.max();
    double total = c.sumExp();
    double sum = 0;
    for (int i = 0; i < c.count(); i++) {
      c.sortUpTo(i);
      sum += c.exp(i, max) / total;
      if (sum >= p && i + 1 >= minKeep) {
        c.keep(i + 1);
        return;
      }
    }
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
