package dev.jora.engine;

import dev.jora.model.ContextOverflowException;
import dev.jora.model.ContextShift;
import dev.jora.model.Sequence;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a text is held.
 *
 * @param room makes room in a full sequence: nothing if it cannot, else the tokens to be read again
 * @param promptRead runs when the prompt has been read
 */
record StreamContext(Sequence sequence, Supplier<Optional<int[]>> room, Runnable promptRead) {
  /** A sequence that keeps so many tokens of its beginning when it is shifted; −1 for no shift. */
  static StreamContext of(Sequence sequence, int keep) {
    return new StreamContext(sequence, () -> shifted(sequence, keep), () -> {});
  }

  /** The sequence of a cache, which knows how it is shifted. */
  static StreamContext of(PromptCache cache) {
    return new StreamContext(cache.sequence(), cache::makeRoom, cache::checkpoint);
  }

  private static Optional<int[]> shifted(Sequence sequence, int keep) {
    Optional<ContextShift> shift =
        keep < 0 ? Optional.empty() : ContextShift.half(sequence.length(), keep);
    return shift.map(s -> s.apply(sequence));
  }

  /** Refuses a prompt that is empty, or does not fit. */
  void check(int[] prompt) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt has no tokens");
    }
    if (!hasRoom(prompt.length)) {
      throw new ContextOverflowException(length() + prompt.length, sequence.capacity());
    }
  }

  int length() {
    return sequence.length();
  }

  boolean hasRoom(int tokens) {
    return length() + tokens <= sequence.capacity();
  }

  /** Makes room for what is to be read, which may be more then; false if there can be none. */
  boolean makeRoom(Unread unread) {
    while (!hasRoom(unread.size())) {
      Optional<int[]> again = unread.hasPrompt() ? Optional.empty() : room.get();
      if (again.isEmpty()) {
        return false;
      }
      unread.prompt(again.get());
    }
    return true;
  }
}
