package dev.jora.grammar.schema;

/** A JSON schema that cannot be enforced: where, and why. */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchemaException(String message) {
    super(message);
  }
}
