package dev.jora.quantize;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** Something that cannot be quantized, in one sentence: what, why, and what to do. */
public final class QuantizeException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;

  /** With this message. */
  public QuantizeException(String message) {
    this(Sentence.text(message));
  }

  /** With this message and what it comes from. */
  public QuantizeException(String message, Throwable cause) {
    this(Sentence.text(message), cause);
  }

  /** With this message. */
  public QuantizeException(Sentence sentence) {
    this(sentence, null);
  }

  /** With this message and what it comes from. */
  public QuantizeException(Sentence sentence, Throwable cause) {
    super(sentence.toString(), cause);
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
