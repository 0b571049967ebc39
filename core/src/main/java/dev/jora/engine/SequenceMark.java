package dev.jora.engine;

import dev.jora.model.Sequence;

/** A place at the end of a sequence that it can be cut back to; one that forgets keeps a fork. */
final class SequenceMark implements AutoCloseable {
  private final Sequence sequence;
  private final int length;
  private final Sequence fork; // null: it can be cut anywhere

  SequenceMark(Sequence sequence) {
    this.sequence = sequence;
    this.length = sequence.length();
    this.fork = sequence.forgets() ? sequence.fork() : null;
  }

  /** Cuts it back. */
  void rewind() {
    if (sequence.length() == length) {
      return;
    }
    if (fork != null) {
      sequence.restore(fork);
    } else {
      sequence.truncate(length);
    }
  }

  @Override
  public void close() {
    if (fork != null) {
      fork.close();
    }
  }
}
