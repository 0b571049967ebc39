package dev.jora.sampling;

/**
 * Draws by probability: the first i for which the sum of e^(l_j − l_max), j ≤ i, reaches the
 * uniform number times the whole sum. Exps are floats, sums doubles, as in llama.cpp. One number is
 * drawn per token, however few candidates there are.
 */
final class Distribution implements Drawer {
  private final int seed;
  private Mt19937 random;

  Distribution(int seed) {
    this(seed, new Mt19937(seed));
  }

  private Distribution(int seed, Mt19937 random) {
    this.seed = seed;
    this.random = random;
  }

  @Override
  public int draw(Candidates c) {
    double uniform = random.nextDouble();
    float max = c.max();
    if (max == Float.NEGATIVE_INFINITY) {
      c.softmax();
      return c.argmax();
    }
    double sum = 0;
    for (int i = 0; i < c.count(); i++) {
      float e = c.exp(i, max);
      c.p(i, e);
      sum += e;
    }
    int drawn = find(c, uniform * sum);
    c.normalize(sum);
    return drawn;
  }

  /** The first candidate at which the running sum of e^(l − l_max) reaches the target. */
  private static int find(Candidates c, double target) {
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

  @Override
  public Distribution copy() {
    return new Distribution(seed, random.copy());
  }
}
