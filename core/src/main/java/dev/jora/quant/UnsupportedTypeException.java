package dev.jora.quant;

import dev.jora.tensor.GgmlType;

/** A tensor type that files may have and jora cannot decode yet. */
public final class UnsupportedTypeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** {@code type} is not among the {@code supported} ones. */
  public UnsupportedTypeException(GgmlType type, String supported) {
    super("tensor type " + type + " is not yet supported; supported are " + supported);
  }
}
