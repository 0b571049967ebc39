package dev.jora.sampling;

/** The end of the chain: draws one of the candidates. */
interface Drawer {
  /** Index of the candidate drawn. */
  int draw(Candidates c);

  /** Forgets what it has seen and starts its random numbers anew. */
  void reset();
}
