package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Properties and items that keywords look at.
 *
 * @param names of properties
 * @param patterns names of properties that patterns match
 * @param allProperties true if all are
 * @param items the first so many
 * @param kinds items of these kinds
 * @param allItems true if all are
 */
record Seen(
    Set<String> names,
    Dfa patterns,
    boolean allProperties,
    int items,
    Set<Term> kinds,
    boolean allItems) {
  static final Seen NOTHING = new Seen(Set.of(), Dfa.none(), false, 0, Set.of(), false);

  /** What the keywords of one schema look at, without the schemas in them. */
  static Seen by(SchemaNode schema) {
    Dfa patterns = Dfa.none();
    for (String pattern : schema.schemasByName("patternProperties").keySet()) {
      patterns = patterns.or(Regex.parse(pattern));
    }
    boolean listed = schema.has("items") && schema.get("items").isArray();
    boolean contains = schema.has("contains") && !schema.document().refStandsAlone();
    return new Seen(
        schema.schemasByName("properties").keySet(),
        patterns,
        schema.has("additionalProperties"),
        schema.schemas(listed ? "items" : "prefixItems").size(),
        contains ? Set.of(schema.schema("contains")) : Set.of(),
        schema.has(listed ? "additionalItems" : "items"));
  }

  Seen and(Seen other) {
    Set<String> allNames = new LinkedHashSet<>(names);
    allNames.addAll(other.names);
    Set<Term> allKinds = new LinkedHashSet<>(kinds);
    allKinds.addAll(other.kinds);
    return new Seen(
        allNames,
        patterns.or(other.patterns),
        allProperties || other.allProperties,
        Math.max(items, other.items),
        allKinds,
        allItems || other.allItems);
  }

  Seen andAllProperties() {
    return new Seen(names, patterns, true, items, kinds, allItems);
  }

  Seen andAllItems() {
    return new Seen(names, patterns, allProperties, items, kinds, true);
  }

  /** Objects whose other properties are of a kind. */
  Shape otherProperties(Term value) {
    if (allProperties) {
      return Shape.ANYTHING;
    }
    Map<String, Term> named = new LinkedHashMap<>();
    names.forEach(name -> named.put(name, Term.ANYTHING));
    ObjectShape others = ObjectShape.of(patterns.not(), value);
    return Shape.ANYTHING.withObjects(
        new ObjectShape(named, Set.of(), others.others(), 0, Part.UNBOUNDED));
  }

  /** Arrays whose other items are of a kind. */
  Shape otherItems(Term value) {
    if (allItems) {
      return Shape.ANYTHING;
    }
    List<Term> prefix = new ArrayList<>(Collections.nCopies(items, Term.ANYTHING));
    List<Term> ways = new ArrayList<>(kinds);
    ways.add(value);
    return Shape.ANYTHING.withArrays(ArrayShape.of(prefix, Term.any(ways)));
  }
}
