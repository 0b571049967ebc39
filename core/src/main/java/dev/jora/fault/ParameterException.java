package dev.jora.fault;

/** A parameter has a value that it cannot have. */
public final class ParameterException extends IllegalArgumentException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;

  /** With this message. */
  public ParameterException(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
