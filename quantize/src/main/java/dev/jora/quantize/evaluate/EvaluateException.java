package dev.jora.quantize.evaluate;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** Something that cannot be evaluated, in one sentence: what, why, and what to do. */
public final class EvaluateException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;

  /** With this message. */
  public EvaluateException(String message) {
    this(Sentence.text(message));
  }

  /** With this message and what it comes from. */
  public EvaluateException(String message, Throwable cause) {
    this(Sentence.text(message), cause);
  }

  /** With this message. */
  public EvaluateException(Sentence sentence) {
    this(sentence, null);
  }

  /** With this message and what it comes from. */
  public EvaluateException(Sentence sentence, Throwable cause) {
    super(sentence.toString(), cause);
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
