package dev.jora.sampling;

/** Keeps tokens of which the probability is at least p times the largest. */
record MinP(float p, int minKeep) implements Sampler {
  @Override
  public void apply(Candidates c) {
    float bound = c.max() + (float) Math.log(p);
    c.keepAtLeast(c.logits(), bound, minKeep);
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
