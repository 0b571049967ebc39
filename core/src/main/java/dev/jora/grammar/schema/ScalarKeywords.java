package dev.jora.grammar.schema;

import java.math.BigDecimal;

/** Keywords of numbers and strings; other values they let pass. */
final class ScalarKeywords {
  private ScalarKeywords() {}

  static Shape bounds(SchemaNode schema) {
    BigDecimal min = schema.number("minimum");
    BigDecimal above = exclusive(schema, "exclusiveMinimum", min);
    boolean isAbove = above != null && (min == null || above.compareTo(min) >= 0);
    BigDecimal max = schema.number("maximum");
    BigDecimal below = exclusive(schema, "exclusiveMaximum", max);
    boolean isBelow = below != null && (max == null || below.compareTo(max) <= 0);
    return Shape.ANYTHING.withNumbers(
        NumberSet.of(isAbove ? above : min, isAbove, isBelow ? below : max, isBelow, null));
  }

  static Shape multiples(SchemaNode schema) {
    BigDecimal multipleOf = schema.number("multipleOf");
    if (multipleOf.signum() <= 0) {
      throw schema.expected("multipleOf", "a number above 0");
    }
    return Shape.ANYTHING.withNumbers(NumberSet.of(null, false, null, false, multipleOf));
  }

  /** A bound that is out itself; in draft 4 and OpenAPI 3.0, true if the other bound is. */
  private static BigDecimal exclusive(SchemaNode schema, String keyword, BigDecimal bound) {
    if (schema.has(keyword) && schema.get(keyword).isBoolean()) {
      return schema.bool(keyword) ? bound : null;
    }
    return schema.number(keyword);
  }

  static Shape lengths(SchemaNode schema) {
    int min = schema.count("minLength", 0);
    int max = schema.count("maxLength", Part.UNBOUNDED);
    return Shape.ANYTHING.withStrings(new StringSet(Dfa.any(), min, max));
  }

  static Shape pattern(SchemaNode schema) {
    Dfa language = Regex.parse(schema.string("pattern"));
    return Shape.ANYTHING.withStrings(StringSet.of(language));
  }

  /**
   * Formats are enforced, though to draft 2020-12 they are notes. They are formats of strings; what
   * OpenAPI says of numbers, as int64, is a note.
   */
  static Shape format(SchemaNode schema) {
    if (schema.has("type") && !schema.types().contains("string")) {
      return Shape.ANYTHING;
    }
    String name = schema.string("format");
    Dfa language = Formats.of(name);
    if (language == null) {
      throw new SchemaException(
          "the format '" + name + "' is not known; leave it out, or use 'pattern'");
    }
    return Shape.ANYTHING.withStrings(StringSet.of(language));
  }
}
