package dev.jora.grammar.schema;

import dev.jora.fault.Sentence;

/** A JSON schema that is none, that nothing satisfies, or that cannot be enforced. */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean placed;

  /** A fault; whoever knows the keyword adds its place. */
  SchemaException(String message) {
    super(Sentence.line(message));
    this.placed = false;
  }

  /** A fault at a place of the schema, which is a JSON pointer. */
  SchemaException(String pointer, String message) {
    super(
        "JSON schema, at "
            + (pointer.isEmpty() ? "its root" : Sentence.line(pointer))
            + ": "
            + Sentence.line(message));
    this.placed = true;
  }

  /** True if the message says where. */
  boolean hasPlace() {
    return placed;
  }

  /** The same fault at a place, if it has none yet. */
  SchemaException at(String pointer) {
    return placed ? this : new SchemaException(pointer, getMessage());
  }
}
