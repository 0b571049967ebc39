package dev.jora.grammar.schema;

import java.math.BigDecimal;

/** Keywords of numbers and strings; other values they let pass. */
final class ScalarKeywords {
  private ScalarKeywords() {}

  static Shape numbers(SchemaNode schema) {
    BigDecimal min = schema.number("minimum");
    BigDecimal above = schema.number("exclusiveMinimum");
    boolean isAbove = above != null && (min == null || above.compareTo(min) >= 0);
    BigDecimal max = schema.number("maximum");
    BigDecimal below = schema.number("exclusiveMaximum");
    boolean isBelow = below != null && (max == null || below.compareTo(max) <= 0);
    BigDecimal multipleOf = schema.number("multipleOf");
    if (multipleOf != null && multipleOf.signum() <= 0) {
      throw schema.expected("multipleOf", "a number above 0");
    }
    return Shape.ANYTHING.withNumbers(
        NumberSet.of(isAbove ? above : min, isAbove, isBelow ? below : max, isBelow, multipleOf));
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

  /** Formats are enforced, though to draft 2020-12 they are notes. */
  static Shape format(SchemaNode schema) {
    String name = schema.string("format");
    Dfa language = Formats.of(name);
    if (language == null) {
      throw new SchemaException(
          "the format '" + name + "' is not known; leave it out, or use 'pattern'");
    }
    return Shape.ANYTHING.withStrings(StringSet.of(language));
  }
}
