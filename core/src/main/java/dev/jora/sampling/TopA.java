package dev.jora.sampling;

/** Keeps tokens of which the probability is at least a times the square of the largest. */
record TopA(float a, int minKeep) implements Sampler {
  @Override
  public void apply(Candidates c) {
    c.softmax();
    float largest = c.p(c.argmax());
    c.keepAtLeast(c.probabilities(), a * largest * largest, minKeep);
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
