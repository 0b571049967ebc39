package dev.jora.sampling;

/**
 * Locally typical sampling (Meister et al. 2022): tokens whose surprise is nearest to the entropy,
 * until their probabilities sum to more than p.
 */
record TypicalP(float p, int minKeep) implements Sampler {
  @Override
  public void apply(Candidates c) {
    c.softmax();
    double entropy = 0;
    for (int i = 0; i < c.count(); i++) {
      if (c.p(i) > 0) {
        entropy -= c.p(i) * Math.log(c.p(i));
      }
    }
    float[] distance = new float[c.count()];
    for (int i = 0; i < c.count(); i++) {
      distance[i] =
          c.p(i) > 0 ? (float) Math.abs(-Math.log(c.p(i)) - entropy) : Float.POSITIVE_INFINITY;
    }
    c.sortBy(distance);
    double sum = 0;
    for (int i = 0; i < c.count(); i++) {
      sum += c.p(i);
      if (sum > p && i + 1 >= minKeep) {
        c.keep(i + 1);
        return;
      }
    }
  }
}
