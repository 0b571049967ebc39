package dev.jora.sampling;

/** One step of the chain: changes, drops or reorders candidates. */
interface Sampler {
  /** Works on the candidates; leaves at least one. */
  void apply(Candidates c);

  /** A token of prompt or text was read: some samplers look back. */
  default void accept(int id) {}

  /** Takes the token back that was accepted last. */
  default void takeBack() {}

  /** Forgets what it has seen. */
  default void reset() {}

  /** One that goes on as this one would, apart from it; itself where it has no memory. */
  default Sampler copy() {
    return this;
  }

  /** True if the first of the largest logits always stays the first of the largest. */
  default boolean keepsLargest() {
    return false;
  }
}
