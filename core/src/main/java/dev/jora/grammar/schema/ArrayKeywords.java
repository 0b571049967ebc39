package dev.jora.grammar.schema;

import java.util.List;

/** Keywords of arrays; other values they let pass. */
final class ArrayKeywords {
  private ArrayKeywords() {}

  /** {@code prefixItems} and {@code items}, or {@code items} and {@code additionalItems}. */
  static Shape items(SchemaNode schema) {
    boolean listed = schema.has("items") && schema.get("items").isArray();
    if (listed && schema.has("prefixItems")) {
      throw schema.expected("items", "a schema, as there are 'prefixItems'");
    }
    List<Term> prefix = schema.schemas(listed ? "items" : "prefixItems");
    Term rest = schema.schema(listed ? "additionalItems" : "items");
    return Shape.ANYTHING.withArrays(ArrayShape.of(prefix, rest));
  }

  static Shape sizes(SchemaNode schema) {
    int min = schema.count("minItems", 0);
    int max = schema.count("maxItems", Part.UNBOUNDED);
    return Shape.ANYTHING.withArrays(ArrayShape.of(min, max));
  }

  static Shape contains(SchemaNode schema) {
    if (!schema.has("contains")) {
      return Shape.ANYTHING;
    }
    int count = schema.count("minContains", 1);
    return count == 0
        ? Shape.ANYTHING
        : Shape.ANYTHING.withArrays(ArrayShape.containing(schema.schema("contains"), 0, count));
  }

  static Shape mostContains(SchemaNode schema) {
    if (!schema.has("contains")) {
      return Shape.ANYTHING;
    }
    throw new SchemaException(
        "this cannot be enforced while a text is written; leave it out, or use 'prefixItems' and"
            + " 'maxItems'");
  }

  static Shape unique(SchemaNode schema) {
    return schema.bool("uniqueItems")
        ? Shape.ANYTHING.withArrays(ArrayShape.ofUnique(schema.pointer() + "/uniqueItems"))
        : Shape.ANYTHING;
  }
}
