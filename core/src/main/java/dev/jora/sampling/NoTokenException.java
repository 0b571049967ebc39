package dev.jora.sampling;

/** No token of the vocabulary may come next. */
public final class NoTokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoTokenException(int vocabulary) {
    super(
        "no token is left to draw: of "
            + vocabulary
            + " every one that the model holds possible is forbidden, by a logit bias of -inf or"
            + " because it ends the text; allow one of them");
  }
}
