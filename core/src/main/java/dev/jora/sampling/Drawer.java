package dev.jora.sampling;

/** The end of the chain: draws one of the candidates. */
interface Drawer {
  /** Index of the candidate drawn; probabilities are then those it was drawn with. */
  int draw(Candidates c);

  /** Forgets what it has seen and starts its random numbers anew. */
  void reset();

  /** One that goes on as this one would, apart from it. */
  Drawer copy();
}
