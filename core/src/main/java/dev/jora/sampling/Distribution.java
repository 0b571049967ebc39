package dev.jora.sampling;

/**
 * Draws by probability: the first i for which the sum of e^(l_j − l_max), j ≤ i, reaches the
 * uniform number times the whole sum. Exps are floats, sums doubles, as in llama.cpp.
 */
final class Distribution implements Drawer {
  private final int seed;
  private Mt19937 random;

  Distribution(int seed) {
    this.seed = seed;
    reset();
  }

  @Override
  public int draw(Candidates c) {
    double uniform = random.nextDouble();
    float max = c.logit(c.argmax());
    if (max == Float.NEGATIVE_INFINITY) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < c.count(); i++) {
      float e = (float) Math.exp(c.logit(i) - max);
      c.p(i, e);
      sum += e;
    }
    double target = uniform * sum;
    double running = 0;
    int last = 0;
    for (int i = 0; i < c.count(); i++) {
      running += c.p(i);
      if (c.p(i) > 0) {
        last = i;
        if (running >= target) {
          break;
        }
      }
    }
    return last;
  }

  @Override
  public void reset() {
    random = new Mt19937(seed);
  }
}
