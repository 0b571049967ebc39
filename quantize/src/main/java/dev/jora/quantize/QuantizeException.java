package dev.jora.quantize;

/** Something that cannot be quantized, in one sentence: what, why, and what to do. */
public final class QuantizeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public QuantizeException(String message) {
    super(message);
  }

  public QuantizeException(String message, Throwable cause) {
    super(message, cause);
  }
}
