package dev.jora.sampling;

/** Exclude top choices: drops all tokens above the threshold but the least likely of them. */
public final class Xtc implements Sampler {
  /** Exclude top choices. */
  public record Params(float probability, float threshold) {
    /** llama.cpp's. */
    public static final Params DEFAULT = new Params(0, 0.1f);

    /** Checks the numbers. */
    public Params {
      Range.within("xtc_probability", probability, 0, 1);
      Range.atLeast("xtc_threshold", threshold, 0);
    }

    /** True if it changes nothing. */
    boolean isOff() {
      return probability <= 0 || threshold > 0.5f;
    }
  }

  private final Params params;
  private final int minKeep;
  private final int seed;
  private Mt19937 random;

  Xtc(Params params, int minKeep, int seed) {
    this(params, minKeep, seed, new Mt19937(seed));
  }

  private Xtc(Params params, int minKeep, int seed, Mt19937 random) {
    this.params = params;
    this.minKeep = minKeep;
    this.seed = seed;
    this.random = random;
  }

  @Override
  public void apply(Candidates c) {
    if (c.count() < 2 || random.nextFloat() > params.probability()) {
      return;
    }
    c.sort();
    c.softmax();
    int last = 0;
    while (last + 1 < c.count() && c.p(last + 1) >= params.threshold()) {
      last++;
    }
    if (last > 0 && c.count() - last >= minKeep) {
      c.dropFirst(last);
    }
  }

  @Override
  public void reset() {
    random = new Mt19937(seed);
  }

  @Override
  public Xtc copy() {
    return new Xtc(params, minKeep, seed, random.copy());
  }
}
