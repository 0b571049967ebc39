package dev.jora.grammar.schema;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The keywords of JSON schemas, and which a misspelt one may mean. */
final class Keywords {
  /** What restricts values, and is known. */
  private static final Set<String> ENFORCED =
      Set.of(
          "$ref",
          "type",
          "nullable",
          "enum",
          "const",
          "allOf",
          "anyOf",
          "oneOf",
          "not",
          "if",
          "then",
          "else",
          "properties",
          "patternProperties",
          "additionalProperties",
          "propertyNames",
          "required",
          "minProperties",
          "maxProperties",
          "dependentRequired",
          "dependentSchemas",
          "dependencies",
          "items",
          "prefixItems",
          "additionalItems",
          "minItems",
          "maxItems",
          "contains",
          "minContains",
          "maxContains",
          "uniqueItems",
          "unevaluatedItems",
          "unevaluatedProperties",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "pattern",
          "minLength",
          "maxLength",
          "format");

  /** What names or describes, and restricts nothing by itself. */
  private static final Set<String> SILENT =
      Set.of(
          "$schema",
          "$id",
          "$anchor",
          "$dynamicAnchor",
          "$recursiveAnchor",
          "$defs",
          "definitions",
          "$vocabulary",
          "$comment",
          "title",
          "description",
          "default",
          "example",
          "examples",
          "readOnly",
          "writeOnly",
          "deprecated",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "discriminator",
          "externalDocs",
          "xml");

  private Keywords() {}

  /** True if the keyword restricts nothing by itself. */
  static boolean isSilent(String keyword) {
    return SILENT.contains(keyword);
  }

  static boolean isKnown(String keyword) {
    return SILENT.contains(keyword) || ENFORCED.contains(keyword);
  }

  /** The keyword that an unknown one looks like; null if it looks like none. */
  static String meant(String unknown) {
    if (unknown.startsWith("x-") || unknown.length() < 3) {
      return null;
    }
    String lower = unknown.toLowerCase(Locale.ROOT);
    Set<String> all = new HashSet<>(ENFORCED);
    all.add("$defs");
    all.add("definitions");
    return all.stream()
        .filter(known -> known.length() >= 4)
        .filter(known -> isNear(lower, known.toLowerCase(Locale.ROOT)))
        .sorted()
        .findFirst()
        .orElse(null);
  }

  /** True if one letter more, less, another, or two in the other order make them the same. */
  private static boolean isNear(String a, String b) {
    if (a.length() > b.length()) {
      return isNear(b, a);
    }
    int i = 0;
    while (i < a.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (b.length() == a.length() + 1) {
      return a.substring(i).equals(b.substring(i + 1));
    }
    if (a.length() != b.length()) {
      return false;
    }
    if (i >= a.length() - 1 || a.substring(i + 1).equals(b.substring(i + 1))) {
      return true;
    }
    return a.charAt(i) == b.charAt(i + 1)
        && a.charAt(i + 1) == b.charAt(i)
        && a.substring(i + 2).equals(b.substring(i + 2));
  }
}
