package dev.jora.engine;

import dev.jora.model.Batch;
import dev.jora.model.Sequence;

/** The place of a stream in an engine, and its part in a pass; its companion has one more. */
final class Seat {
  final TextStream stream;
  private final Companion companion;
  private final Seat own;

  /** Rows that it has in the pass. */
  int rows;

  /** True if the pass is to give logits. */
  boolean draws;

  /** The place of the text itself. */
  Seat(TextStream stream) {
    this(stream, null, null);
  }

  /** The place of its companion, beside the stream's own. */
  Seat(TextStream stream, Companion companion, Seat own) {
    this.stream = stream;
    this.companion = companion;
    this.own = own;
  }

  /** True if it is the place of the text itself. */
  boolean isOwn() {
    return companion == null;
  }

  private Sequence sequence() {
    return isOwn() ? stream.sequence() : companion.sequence();
  }

  private Unread unread() {
    return isOwn() ? stream.unread() : companion.unread();
  }

  /** True if it extends this sequence. */
  boolean isAt(Sequence sequence) {
    return !stream.isEnded() && sequence() == sequence;
  }

  /** True if all it wants of a pass is the next token. */
  boolean isDrawing() {
    return unread().isOne();
  }

  /** What a pass could read for it; nothing where it waits for the other place of its stream. */
  int wanted() {
    return unread().next(Integer.MAX_VALUE);
  }

  /** Tokens that those are a piece of: those that are read one by one come first in a batch. */
  int whole() {
    return unread().whole();
  }

  /**
   * Puts its rows into a batch.
   *
   * @return false if the text has a fault, and no part in the batch
   */
  boolean put(Batch batch, int vocabulary) {
    Unread unread = unread();
    draws = rows == unread.size();
    try {
      for (int i = 0; i < rows; i++) {
        int id = unread.token(i);
        if (id < 0 || id >= vocabulary) {
          throw new IllegalArgumentException(
              "token id " + id + " is outside the vocabulary of " + vocabulary);
        }
      }
      unread.put(batch, sequence(), rows);
    } catch (RuntimeException e) {
      stream.fail(e);
      return false;
    }
    return true;
  }

  /** The pass took so long. */
  void passed(long nanos) {
    if (isOwn()) {
      stream.passed(rows, nanos);
    } else {
      stream.companionPassed(rows, own.rows > 0 ? 0 : nanos);
    }
  }

  /**
   * Where its logits go.
   *
   * @param drawn what the stream draws from
   */
  float[] logits(float[] drawn) {
    Companion pair = stream.companion();
    if (pair == null) {
      return drawn;
    }
    return isOwn() ? pair.logits(drawn.length) : pair.negative(drawn.length);
  }

  /** Makes of both places' logits what the stream draws from, where it has two. */
  void mix(float[] drawn) {
    if (stream.companion() != null) {
      stream.companion().mix(drawn);
    }
  }
}
