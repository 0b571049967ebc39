package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keywords of objects; other values they let pass. */
final class ObjectKeywords {
  private ObjectKeywords() {}

  /** {@code properties}, {@code patternProperties} and {@code additionalProperties}. */
  static Shape properties(SchemaNode schema) {
    ObjectShape patterns = ObjectShape.ANY;
    Dfa matched = Dfa.none();
    for (Map.Entry<String, Term> entry : schema.schemasByName("patternProperties").entrySet()) {
      Dfa names = Regex.parse(entry.getKey());
      patterns = patterns.and(ObjectShape.of(names, entry.getValue()));
      matched = matched.or(names);
    }
    Map<String, Term> named = new LinkedHashMap<>();
    for (Map.Entry<String, Term> entry : schema.schemasByName("properties").entrySet()) {
      named.put(entry.getKey(), Term.all(entry.getValue(), patterns.value(entry.getKey())));
    }
    ObjectShape others = patterns;
    Term additional = schema.schema("additionalProperties");
    if (!additional.equals(Term.ANYTHING)) {
      others = patterns.and(ObjectShape.of(matched.not(), additional));
    }
    return Shape.ANYTHING.withObjects(
        new ObjectShape(named, Set.of(), others.others(), 0, Part.UNBOUNDED));
  }

  static Shape required(SchemaNode schema) {
    return Shape.ANYTHING.withObjects(required(schema.strings("required")));
  }

  private static ObjectShape required(List<String> names) {
    Map<String, Term> named = new LinkedHashMap<>();
    names.forEach(name -> named.put(name, Term.ANYTHING));
    return new ObjectShape(
        named, new LinkedHashSet<>(names), ObjectShape.ANY.others(), 0, Part.UNBOUNDED);
  }

  static Shape counts(SchemaNode schema) {
    int min = schema.count("minProperties", 0);
    int max = schema.count("maxProperties", Part.UNBOUNDED);
    return Shape.ANYTHING.withObjects(ObjectShape.of(min, max));
  }

  /** Objects whose properties have names of a set. */
  static Shape names(StringSet names) {
    Dfa all = names.isAnyLanguage() && names.equals(StringSet.ALL) ? Dfa.any() : names.whole();
    List<ObjectShape.Others> others = new ArrayList<>();
    if (!all.isEmpty()) {
      others.add(new ObjectShape.Others(all, Term.ANYTHING));
    }
    return Shape.ANYTHING.withObjects(
        new ObjectShape(Map.of(), Set.of(), others, 0, Part.UNBOUNDED));
  }

  /** What an object with some property must satisfy as well. */
  static Shape dependencies(SchemaNode schema, String keyword, Shapes shapes) {
    Map<String, Shape> needs = new LinkedHashMap<>();
    if (!keyword.equals("dependentSchemas")) {
      schema
          .dependencies(keyword)
          .forEach((n, names) -> needs.put(n, Shape.ANYTHING.withObjects(required(names))));
    }
    if (!keyword.equals("dependentRequired")) {
      schema.schemasByName(keyword).forEach((name, term) -> needs.put(name, shapes.of(term)));
    }
    Shape all = Shape.ANYTHING;
    for (Map.Entry<String, Shape> entry : needs.entrySet()) {
      String name = entry.getKey();
      Shape without = Shape.ANYTHING.withObjects(ObjectShape.of(name, Term.NOTHING, false));
      Shape with = Shape.NOTHING.withObjects(ObjectShape.of(name, Term.ANYTHING, true));
      if (entry.getValue() != Shape.ANYTHING) {
        all = all.and(without.or(with.and(entry.getValue())));
      }
    }
    return all;
  }
}
