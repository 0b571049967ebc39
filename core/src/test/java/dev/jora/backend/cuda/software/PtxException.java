package dev.jora.backend.cuda.software;

/** PTX that the software device cannot read. */
final class PtxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PtxException(String message) {
    super(message);
  }
}
