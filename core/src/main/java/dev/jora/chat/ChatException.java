package dev.jora.chat;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** A conversation that cannot become a prompt: there is no template, or it is no conversation. */
public final class ChatException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;

  ChatException(String message) {
    this(Sentence.text(message));
  }

  ChatException(String message, Throwable cause) {
    this(Sentence.text(message), cause);
  }

  ChatException(Sentence sentence) {
    this(sentence, null);
  }

  ChatException(Sentence sentence, Throwable cause) {
    super(sentence.toString(), cause);
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
