package dev.jora.grammar.schema;

/** A schema that needs itself to say what it allows, as {@code {"$ref": "#"}} does. */
final class Circle extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Circle() {
    super("a schema refers to itself with no property or item between", null, false, false);
  }
}
