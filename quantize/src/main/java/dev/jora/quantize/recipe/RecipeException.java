package dev.jora.quantize.recipe;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** A model and options for which there is no plan; the message says what to do. */
public final class RecipeException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;

  RecipeException(String message) {
    this(Sentence.text(message));
  }

  RecipeException(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
