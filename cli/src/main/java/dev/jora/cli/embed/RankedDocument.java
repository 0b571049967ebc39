package dev.jora.cli.embed;

/**
 * A document, and how well it answers a question.
 *
 * @param index which, counted from 0 as they were given
 * @param scores of all labels; the first is what documents are ranked by
 * @param text of the document; null where nobody wants to see it
 */
record RankedDocument(int index, float[] scores, String text) {
  /** What documents are ranked by. */
  float score() {
    return scores[0];
  }
}
