package dev.jora.backend;

/**
 * Consecutive tokens of one sequence within a batch.
 *
 * @param row the first token's row in the batch's buffers
 * @param count number of tokens
 * @param position the first token's position in its sequence
 * @param single true: one token, that was drawn; its attention may be cut into stretches
 */
public record Span(int row, int count, int position, boolean single) {
  /** A run of tokens that are read. */
  public Span(int row, int count, int position) {
    this(row, count, position, false);
  }
}
