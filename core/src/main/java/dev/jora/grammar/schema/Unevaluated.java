package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code unevaluatedProperties} and {@code unevaluatedItems}: what no other keyword looks at. That
 * depends on which alternatives a value satisfies, so each set of alternatives is a way of its own.
 * A way on which less is seen than could be allows less, so no way must exclude others.
 */
final class Unevaluated {
  private static final int MAX_WAYS = 64;

  /** What a value must satisfy for the keywords to look at something. */
  private record Way(List<Term> conditions, Seen seen) {
    Way and(Way other) {
      List<Term> all = new ArrayList<>(conditions);
      all.addAll(other.conditions);
      return new Way(all, seen.and(other.seen));
    }
  }

  private static final Way NONE = new Way(List.of(), Seen.NOTHING);

  private final SchemaDocument document;
  private final Set<Term> open = new HashSet<>();

  private Unevaluated(SchemaDocument document) {
    this.document = document;
  }

  static Shape properties(SchemaNode schema, Shapes shapes) {
    Term value = schema.schema("unevaluatedProperties");
    Shape either = Shape.NOTHING;
    for (Way way : new Unevaluated(schema.document()).ways(schema, true)) {
      Shape shape = shapes.of(Term.all(way.conditions));
      either = either.or(shape.and(way.seen.otherProperties(value)));
    }
    return either;
  }

  static Shape items(SchemaNode schema, Shapes shapes) {
    Term value = schema.schema("unevaluatedItems");
    Shape either = Shape.NOTHING;
    for (Way way : new Unevaluated(schema.document()).ways(schema, true)) {
      Shape shape = shapes.of(Term.all(way.conditions));
      either = either.or(shape.and(way.seen.otherItems(value)));
    }
    return either;
  }

  private List<Way> ways(Term term) {
    if (!(term instanceof Term.At at) || !open.add(term)) {
      return List.of(NONE);
    }
    JsonNode json = document.at(at.pointer());
    List<Way> ways =
        json.isObject() ? ways(new SchemaNode(document, at.pointer(), json), false) : List.of(NONE);
    open.remove(term);
    return ways;
  }

  /** The ways in which a schema looks at a value; what is seen by its own keyword if not outer. */
  private List<Way> ways(SchemaNode schema, boolean outer) {
    Seen seen = Seen.by(schema);
    if (!outer && schema.has("unevaluatedProperties")) {
      seen = seen.andAllProperties();
    }
    if (!outer && schema.has("unevaluatedItems")) {
      seen = seen.andAllItems();
    }
    List<Way> ways = List.of(new Way(List.of(), seen));
    if (schema.has("$ref")) {
      ways = product(ways, ways(schema.reference()));
    }
    for (Term each : schema.schemas("allOf")) {
      ways = product(ways, ways(each));
    }
    if (schema.has("anyOf")) {
      ways = product(ways, subsets(schema.schemas("anyOf")));
    }
    if (schema.has("oneOf")) {
      List<Way> alternatives = new ArrayList<>();
      schema.schemas("oneOf").forEach(each -> alternatives.addAll(on(each, ways(each))));
      ways = product(ways, alternatives);
    }
    if (schema.has("if")) {
      Term condition = schema.schema("if");
      List<Way> then = product(on(condition, ways(condition)), ways(schema.schema("then")));
      List<Way> either = new ArrayList<>(then);
      either.addAll(
          schema.has("else")
              ? on(Term.not(condition), ways(schema.schema("else")))
              : List.of(NONE));
      ways = product(ways, either);
    }
    for (var entry : schema.schemasByName("dependentSchemas").entrySet()) {
      List<Way> either = new ArrayList<>(List.of(NONE));
      Term has = new Term.Has(entry.getKey());
      either.addAll(on(has, ways(entry.getValue())));
      ways = product(ways, either);
    }
    return ways;
  }

  private List<Way> subsets(List<Term> terms) {
    List<Way> some = List.of();
    for (Term each : terms) {
      List<Way> mine = on(each, ways(each));
      List<Way> more = new ArrayList<>(some);
      more.addAll(mine);
      more.addAll(product(some, mine));
      some = more;
      bound(some);
    }
    return some;
  }

  private static List<Way> on(Term condition, List<Way> ways) {
    return product(List.of(new Way(List.of(condition), Seen.NOTHING)), ways);
  }

  private static List<Way> product(List<Way> a, List<Way> b) {
    List<Way> product = new ArrayList<>();
    for (Way mine : a) {
      b.forEach(other -> product.add(mine.and(other)));
    }
    bound(product);
    return product;
  }

  private static void bound(List<Way> ways) {
    if (ways.size() > MAX_WAYS) {
      throw new SchemaException(
          "what is left over here depends on more than " + MAX_WAYS + " sets of alternatives");
    }
  }
}
