package dev.jora.engine;

import dev.jora.backend.NotFiniteException;
import dev.jora.model.Batch;
import dev.jora.model.Sequence;

/** The place of a stream in an engine, and its part in a pass. */
final class Seat {
  final TextStream stream;

  /** Rows that it has in the pass. */
  int rows;

  /** True if the pass is to give logits. */
  boolean draws;

  private int before; // the length of the sequence before the pass
  private Sequence snapshot;

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
   * @param safe true: in company, where windowed layers may forget what they cannot take back
   * @return false if the text has a fault, and no part in the batch
   */
  boolean put(Batch batch, int vocabulary, boolean safe) {
    Unread unread = stream.unread();
    draws = rows == unread.size();
    before = stream.sequence().length();
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
    if (safe && rows > 1) {
      snapshot = stream.sequence().fork();
    }
    return true;
  }

  /**
   * Takes back what the pass has done to the sequence.
   *
   * @param cause for which the text ends where that cannot be
   */
  boolean putBack(NotFiniteException cause) {
    Sequence sequence = stream.sequence();
    if (snapshot != null) {
      sequence.restore(snapshot);
    } else if (sequence.length() < before || sequence.truncate(before) < before) {
      stream.fail(cause);
      return false;
    }
    return true;
  }

  /** The pass is over. */
  void leave() {
    if (snapshot != null) {
      snapshot.close();
      snapshot = null;
    }
  }
}
