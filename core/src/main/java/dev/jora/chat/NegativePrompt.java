package dev.jora.chat;

import dev.jora.engine.Guidance;
import dev.jora.engine.PromptCache;
import dev.jora.model.Decoder;
import java.util.List;
import java.util.Objects;

/**
 * What answers are led away from: the conversation as it would be with another system text. Its
 * cache, like the conversation's, is reused from turn to turn, and there while it is used.
 */
final class NegativePrompt implements AutoCloseable {
  private final Decoder decoder;
  private float scale = 1;
  private String system = "";
  private PromptCache cache;
  private int[] last; // what the last answer followed here, or null

  NegativePrompt(Decoder decoder) {
    this.decoder = decoder;
  }

  /** Takes another scale, 1 for none, and another system text. */
  void set(float newScale, String text) {
    Guidance wish = new Guidance(newScale, null, new int[0]);
    if (!wish.isOn()) {
      close();
    } else if (cache == null) {
      cache = new PromptCache(decoder, -1);
    }
    if (!Objects.equals(system, text)) {
      last = null;
    }
    scale = newScale;
    system = text;
  }

  /** True if answers are led away from anything. */
  boolean isOn() {
    return cache != null;
  }

  /** True if there is a system text; without, the last token of the prompt stands alone. */
  boolean hasText() {
    return !system.isEmpty();
  }

  /** The messages with its system text. */
  List<Message> told(List<Message> messages) {
    return Conversation.told(messages, system);
  }

  /** The guidance by tokens of {@link #told} messages, or by none. */
  Guidance guidance(int[] prompt) {
    return new Guidance(scale, cache, prompt);
  }

  /** Tokens at the beginning that stay when its context is shifted; −1 for no shift. */
  void keep(int tokens) {
    cache.keep(tokens);
  }

  /** What the last answer followed here, or null if it followed nothing that is of use now. */
  int[] last() {
    return last;
  }

  /** An answer has followed this. */
  void followed(int[] prompt) {
    last = prompt;
  }

  /** Bytes that are kept of it. */
  long bytes() {
    return isOn() ? cache.sequence().bytes() : 0;
  }

  @Override
  public void close() {
    if (cache != null) {
      cache.close();
      cache = null;
      last = null;
    }
  }
}
