package dev.jora.engine;

import dev.jora.model.Sequence;
import dev.jora.sampling.GuidedLogits;

/**
 * The second sequence of a text with {@link Guidance}: the negative prompt, and behind it what is
 * drawn. It reads at its own pace where a pass has not enough rows for both.
 */
final class Companion {
  private final StreamContext context;
  private final Unread unread = new Unread();
  private final float scale;
  private float[] logits; // of the text itself, behind all that is to be read
  private float[] negative; // likewise, of the companion
  private boolean begun;

  private Companion(StreamContext context, float scale) {
    this.context = context;
    this.scale = scale;
  }

  /**
   * The companion of a text.
   *
   * @param last the last token of the text's prompt
   * @param room tokens that are to fit behind the negative prompt
   * @throws dev.jora.model.ContextOverflowException if they do not
   */
  static Companion of(Guidance guidance, int last, int room) {
    int[] prompt = guidance.prompt().length == 0 ? new int[] {last} : guidance.prompt();
    int[] rest = guidance.cache().prepare(prompt, room);
    Companion companion = new Companion(StreamContext.of(guidance.cache()), guidance.scale());
    companion.unread.prompt(rest);
    return companion;
  }

  /** That of a fork of the text; a full context ends it. */
  Companion fork() {
    Companion fork = new Companion(StreamContext.of(sequence().fork(), -1), scale);
    fork.begun = true;
    return fork;
  }

  Sequence sequence() {
    return context.sequence();
  }

  Unread unread() {
    return unread;
  }

  /** True if the negative prompt has been read. */
  boolean isBegun() {
    return begun;
  }

  /** A pass has read the next {@code n} tokens. */
  void passed(int n) {
    unread.read(n);
    if (!begun && !unread.hasPrompt()) {
      begun = true;
      context.promptRead().run();
    }
  }

  /** Where logits go of the text itself. */
  float[] logits(int vocabulary) {
    logits = logits == null ? new float[vocabulary] : logits;
    return logits;
  }

  /** Where its own logits go. */
  float[] negative(int vocabulary) {
    negative = negative == null ? new float[vocabulary] : negative;
    return negative;
  }

  /** What is drawn from, once both are there. */
  void mix(float[] mixed) {
    GuidedLogits.mix(logits, negative, scale, mixed);
  }

  /** True if what is to be read fits. */
  boolean hasRoom() {
    return context.hasRoom(unread.size());
  }

  /** Makes room for what is to be read; false if there can be none. */
  boolean makeRoom() {
    return context.makeRoom(unread);
  }
}
