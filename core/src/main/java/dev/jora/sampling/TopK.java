package dev.jora.sampling;

/** Keeps the k largest. */
record TopK(int k, int minKeep) implements Sampler {
  @Override
  public void apply(Candidates c) {
    c.top(Math.max(k, minKeep));
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
