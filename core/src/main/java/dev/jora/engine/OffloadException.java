package dev.jora.engine;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** What was asked of GPUs cannot be had. */
public final class OffloadException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;

  /** For this reason. */
  OffloadException(Sentence sentence, Throwable cause) {
    super(sentence.toString(), cause);
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
