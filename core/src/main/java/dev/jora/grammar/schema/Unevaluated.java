package dev.jora.grammar.schema;

/** {@code unevaluatedProperties} and {@code unevaluatedItems} where what others see is plain. */
final class Unevaluated {
  private Unevaluated() {}

  static Shape properties(SchemaNode schema) {
    throw new SchemaException("todo");
  }

  static Shape items(SchemaNode schema) {
    throw new SchemaException("todo");
  }
}
