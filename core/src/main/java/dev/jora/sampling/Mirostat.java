package dev.jora.sampling;

/** Mirostat 1 and 2 (Basu et al. 2020): keeps the surprise of the text near τ bits. */
final class Mirostat implements Drawer {
  /** Candidates that the exponent of Zipf's law is estimated from. */
  private static final int M = 100;

  private final SamplingParams.Mirostat params;
  private final int vocabulary;
  private final int seed;
  private Mt19937 random;
  private float mu;

  Mirostat(SamplingParams.Mirostat params, int vocabulary, int seed) {
    this.params = params;
    this.vocabulary = vocabulary;
    this.seed = seed;
    reset();
  }

  @Override
  public int draw(Candidates c) {
    c.sort();
    c.softmax();
    if (params.version() == 1) {
      c.top(zipfTopK(c));
    } else {
      int n = 1;
      while (n < c.count() && -log2(c.p(n)) <= mu) {
        n++;
      }
      c.keep(n);
    }
    c.softmax();
    int drawn = c.count() - 1;
    double target = random.nextDouble();
    double running = 0;
    for (int i = 0; i < c.count(); i++) {
      running += c.p(i);
      if (running >= target) {
        drawn = i;
        break;
      }
    }
    mu -= params.eta() * (float) (-log2(c.p(drawn)) - params.tau());
    return drawn;
  }

  private int zipfTopK(Candidates c) {
    double tb = 0;
    double tt = 0;
    for (int i = 0; i < Math.min(M - 1, c.count() - 1) && c.p(i + 1) > 0; i++) {
      double t = Math.log((i + 2.0) / (i + 1.0));
      tb += t * Math.log(c.p(i) / c.p(i + 1));
      tt += t * t;
    }
    if (tt == 0 || tb == 0) {
      return 1;
    }
    double s = tb / tt;
    double epsilon = s - 1;
    double k = Math.pow(epsilon * Math.pow(2, mu) / (1 - Math.pow(vocabulary, -epsilon)), 1 / s);
    return Double.isNaN(k) ? 1 : (int) Math.clamp(k, 1.0, (double) c.count());
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Override
  public void reset() {
    random = new Mt19937(seed);
    mu = 2 * params.tau();
  }
}
