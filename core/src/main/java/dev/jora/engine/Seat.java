package dev.jora.engine;

import dev.jora.model.Batch;
import dev.jora.model.Sequence;

/** The place of a stream in an engine, and its part in a pass. */
final class Seat {
  final TextStream stream;

  /** Rows that it has in the pass. */
  int rows;

  /** True if the pass is to give logits. */
  boolean draws;

  Seat(TextStream stream) {
    this.stream = stream;
  }

  /** True if it extends this sequence. */
  boolean isAt(Sequence sequence) {
    return !stream.isEnded() && stream.sequence() == sequence;
  }

  /** True if all it wants of a pass is the next token. */
  boolean isDrawing() {
    return stream.unread().isOne();
  }

  /** What a pass could read for it. */
  int wanted() {
    return stream.unread().next(Integer.MAX_VALUE);
  }

  /** Tokens that those are a piece of: those that are read one by one come first in a batch. */
  int whole() {
    return stream.unread().whole();
  }

  /**
   * Puts its rows into a batch.
   *
   * @return false if the text has a fault, and no part in the batch
   */
  boolean put(Batch batch, int vocabulary) {
    Unread unread = stream.unread();
    draws = rows == unread.size();
    try {
      for (int i = 0; i < rows; i++) {
        int id = unread.token(i);
        if (id < 0 || id >= vocabulary) {
          throw new IllegalArgumentException(
              "token id " + id + " is outside the vocabulary of " + vocabulary);
        }
      }
      unread.put(batch, stream.sequence(), rows);
    } catch (RuntimeException e) {
      stream.fail(e);
      return false;
    }
    return true;
  }
}
