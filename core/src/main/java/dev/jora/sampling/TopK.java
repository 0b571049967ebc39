package dev.jora.sampling;

/** Keeps the k largest. As in llama.cpp, {@code --min-keep} does not raise k. */
record TopK(int k) implements Sampler {
  @Override
  public void apply(Candidates c) {
    c.top(k);
  }

  @Override
  public boolean keepsLargest() {
    return true;
  }
}
