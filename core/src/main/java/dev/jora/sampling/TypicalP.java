package dev.jora.sampling;

/**
 * Locally typical sampling (Meister et al. 2022): tokens whose surprise is nearest to the entropy,
 * until their probabilities sum to more than p.
 */
record TypicalP(float p, int minKeep) implements Sampler {
  @Override
  public void apply(Candidates c) {
    c.softmax();
    double entropy = c.entropy();
    for (int i = 0; i < c.count(); i++) {
      double distance = Math.abs(-Math.log(c.p(i)) - entropy); // infinite where p is 0
      c.score(i, (float) distance);
    }
    float max = c.max();
    double total = c.sumExp();
    double sum = 0;
    int ordered = 0;
    for (int i = 0; i < c.count(); i++) {
      if (i == ordered) {
        ordered = Candidates.grow(i);
        c.sortByScore(ordered);
      }
      sum += c.exp(i, max) / total;
      if (sum > p && i + 1 >= minKeep) {
        c.keep(i + 1);
        return;
      }
    }
  }
}
