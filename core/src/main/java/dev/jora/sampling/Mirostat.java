package dev.jora.sampling;

/** Mirostat 1 and 2 (Basu et al. 2020): keeps the surprise of the text near τ bits. */
public final class Mirostat implements Drawer {
  /**
   * Mirostat: steers the surprise of the text.
   *
   * @param version 0 off, 1 or 2
   * @param tau the surprise wanted, in bits
   * @param eta how fast it learns
   */
  public record Params(int version, float tau, float eta) {
    /** llama.cpp's. */
    public static final Params DEFAULT = new Params(0, 5, 0.1f);

    /** Checks the numbers. */
    public Params {
      Range.within("mirostat", version, 0, 2);
      Range.atLeast("mirostat_tau", tau, 0);
      Range.atLeast("mirostat_eta", eta, 0);
    }

    /** True if another draws. */
    boolean isOff() {
      return version == 0;
    }
  }

  /** Candidates that the exponent of Zipf's law is estimated from. */
  private static final int M = 100;

  private final Params params;
  private final int vocabulary;
  private final Distribution distribution;
  private float mu;

  Mirostat(Params params, int vocabulary, int seed) {
    this(params, vocabulary, new Distribution(seed));
    reset();
  }

  private Mirostat(Params params, int vocabulary, Distribution distribution) {
    this.params = params;
    this.vocabulary = vocabulary;
    this.distribution = distribution;
  }

  @Override
  public int draw(Candidates c) {
    if (params.version() == 1) {
      c.sortPrefix(M);
      c.softmax();
      c.top(zipfTopK(c));
    } else {
      c.softmax();
      c.keepAtLeast(c.probabilities(), (float) Math.pow(2, -mu), 1);
      c.sort();
    }
    int drawn = distribution.draw(c);
    mu -= params.eta() * (float) (-log2(c.p(drawn)) - params.tau());
    return drawn;
  }

  /** The k for which Zipf's law, fitted to the largest, expects a surprise of μ. */
  private int zipfTopK(Candidates c) {
    double tb = 0;
    double tt = 0;
    for (int i = 0; i < Math.min(M, c.count()) - 1 && c.p(i + 1) > 0; i++) {
      double t = Math.log((i + 2.0) / (i + 1.0));
      tb += t * Math.log(c.p(i) / c.p(i + 1));
      tt += t * t;
    }
    double s = tb / tt; // not a number where only one candidate has a chance
    double epsilon = s - 1;
    double k = Math.pow(epsilon * Math.pow(2, mu) / (1 - Math.pow(vocabulary, -epsilon)), 1 / s);
    return Double.isNaN(k) ? 1 : (int) Math.clamp(k, 1.0, (double) c.count());
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Override
  public float[] learned() {
    return new float[] {mu};
  }

  @Override
  public void learned(float[] before) {
    mu = before[0];
  }

  @Override
  public void reset() {
    distribution.reset();
    mu = 2 * params.tau();
  }

  @Override
  public Mirostat copy() {
    Mirostat copy = new Mirostat(params, vocabulary, distribution.copy());
    copy.mu = mu;
    return copy;
  }
}
