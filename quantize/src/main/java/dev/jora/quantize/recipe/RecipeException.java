package dev.jora.quantize.recipe;

/** A model and options for which there is no plan; the message says what to do. */
public final class RecipeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecipeException(String message) {
    super(message);
  }
}
