package dev.jora.convert.tokenizer;

import dev.jora.convert.source.SourceException;
import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** A tokenizer cuts words in a way that has no name here; the parameter pre can name one. */
public final class UnknownPreTokenizerException extends SourceException implements ParameterFault {
  private static final long serialVersionUID = 1;

  private final transient Sentence sentence;

  UnknownPreTokenizerException(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
