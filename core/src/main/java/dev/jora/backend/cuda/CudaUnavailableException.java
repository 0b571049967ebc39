package dev.jora.backend.cuda;

/** There is no driver to be had; the message says why. */
public final class CudaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For this reason. */
  public CudaUnavailableException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
