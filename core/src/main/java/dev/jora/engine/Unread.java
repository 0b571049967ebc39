package dev.jora.engine;

import dev.jora.model.Batch;
import dev.jora.model.Sequence;
import java.util.Arrays;

/**
 * The tokens that a model has still to read of a text: a prompt, or what is read again after a
 * shift, and behind it tokens that were drawn or forced.
 */
final class Unread {
  private static final int[] NONE = {};

  private int[] prompt = NONE;
  private int promptAt;
  private int[] single = new int[1];
  private int singleAt;
  private int singleEnd;

  /** These are read before all others; only where no others of their kind are left. */
  void prompt(int[] ids) {
    prompt = ids;
    promptAt = 0;
  }

  /** A token that was drawn, or forced, comes last. */
  void single(int id) {
    if (singleAt == singleEnd) {
      singleAt = singleEnd = 0;
    }
    if (singleEnd == single.length) {
      single = Arrays.copyOf(single, 2 * singleEnd);
    }
    single[singleEnd++] = id;
  }

  boolean hasPrompt() {
    return promptAt < prompt.length;
  }

  int size() {
    return prompt.length - promptAt + singleEnd - singleAt;
  }

  /** True if all that is to be read is one token. */
  boolean isOne() {
    return !hasPrompt() && singleEnd - singleAt == 1;
  }

  /** Tokens that those to be read next are a piece of; 0 if they are read one by one. */
  int whole() {
    return hasPrompt() ? prompt.length : 0;
  }

  /** Tokens of the prompt, or of what is read again. */
  int promptSize() {
    return prompt.length;
  }

  /** How many of them have been read. */
  int promptRead() {
    return promptAt;
  }

  /** How many of at most {@code most} tokens the next pass can read. */
  int next(int most) {
    return Math.min(most, hasPrompt() ? prompt.length - promptAt : singleEnd - singleAt);
  }

  /** The {@code i}th of these. */
  int token(int i) {
    return hasPrompt() ? prompt[promptAt + i] : single[singleAt + i];
  }

  /** Puts the next {@code n} into a batch; logits are wanted of the very last. */
  void put(Batch batch, Sequence sequence, int n) {
    Batch.Outputs wanted = n == size() ? Batch.Outputs.LAST : Batch.Outputs.NONE;
    if (hasPrompt()) {
      batch.addPrompt(sequence, prompt, promptAt, n, prompt.length, wanted);
    } else {
      batch.addSingle(sequence, single, singleAt, n, wanted);
    }
  }

  /** The next {@code n} have been read. */
  void read(int n) {
    if (hasPrompt()) {
      promptAt += n;
    } else {
      singleAt += n;
    }
  }
}
