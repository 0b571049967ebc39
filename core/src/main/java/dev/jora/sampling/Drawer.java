package dev.jora.sampling;

/** The end of the chain: draws one of the candidates. */
interface Drawer {
  /** Of one that learns nothing. */
  float[] NOTHING = {};

  /** Index of the candidate drawn; probabilities are then those it was drawn with. */
  int draw(Candidates c);

  /** What it has learned of the text so far; its random numbers are no part of that. */
  default float[] learned() {
    return NOTHING;
  }

  /** Goes back to what {@link #learned} was; its random numbers go on. */
  default void learned(float[] before) {}

  /** Forgets what it has seen and starts its random numbers anew. */
  void reset();

  /** One that goes on as this one would, apart from it. */
  Drawer copy();
}
