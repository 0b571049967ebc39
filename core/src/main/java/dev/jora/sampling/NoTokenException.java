package dev.jora.sampling;

/** No token of the vocabulary may come next. */
public final class NoTokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param vocabulary number of tokens
   * @param grammar true if a grammar forbids some
   * @param phrase what some would write that must not be written; null for nothing
   */
  NoTokenException(int vocabulary, boolean grammar, String phrase) {
    super(
        "no token is left to draw: of "
            + vocabulary
            + " every one that the model holds possible is forbidden, by "
            + (grammar ? "the grammar, " : "")
            + (phrase == null ? "" : "the banned phrase '" + phrase + "', ")
            + "a logit bias of -inf or because it ends the text; allow one of them");
  }
}
