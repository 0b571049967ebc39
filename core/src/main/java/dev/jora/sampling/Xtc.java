package dev.jora.sampling;

/** Exclude top choices: drops all tokens above the threshold but the least likely of them. */
final class Xtc implements Sampler {
  private final SamplingParams.Xtc params;
  private final int minKeep;
  private final int seed;
  private Mt19937 random;

  Xtc(SamplingParams.Xtc params, int minKeep, int seed) {
    this(params, minKeep, seed, new Mt19937(seed));
  }

  private Xtc(SamplingParams.Xtc params, int minKeep, int seed, Mt19937 random) {
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
