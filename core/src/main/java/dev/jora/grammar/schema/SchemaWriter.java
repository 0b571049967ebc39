package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Rules for the values of a schema: one for each term that is not a plain scalar. */
final class SchemaWriter {
  private record Todo(String rule, Shape shape, String hint, String pointer) {}

  /** Keywords that make scalars large. */
  private static final List<String> LARGE = List.of("multipleOf", "pattern", "format", "enum");

  private final String root;
  private final Shapes shapes;
  private final Rules rules;
  private final JsonSchema.Reading how;
  private final SchemaDocument document;
  private final Map<Term, Part> values = new HashMap<>();
  private final Map<Object, Part> shared = new HashMap<>();
  private final Deque<Todo> todo = new ArrayDeque<>();
  private Part space;

  /**
   * Nothing is written yet.
   *
   * @param how what is left out, and whether objects are closed
   * @param document that the schema is of
   */
  SchemaWriter(String root, Shapes shapes, JsonSchema.Reading how, SchemaDocument document) {
    this.root = root;
    this.how = how;
    this.document = document;
    this.shapes = shapes;
    this.rules = new Rules(root);
  }

  /**
   * The rules for a schema.
   *
   * @throws SchemaException if no value satisfies it, or it cannot be enforced
   */
  String write(Term schema) {
    values.put(schema, new Part.Call(root));
    todo.add(new Todo(root, shape(schema, ""), "", pointer(schema, "")));
    while (!todo.isEmpty()) {
      Todo next = todo.poll();
      try {
        rules.put(next.rule, body(next));
      } catch (SchemaException e) {
        throw e.at(blamed(next.pointer));
      }
    }
    if (!rules.isPossible(root)) {
      throw new SchemaException(
          pointer(schema, ""),
          "no value satisfies this schema: what it demands contradicts itself");
    }
    return rules.gbnf();
  }

  boolean isLenient() {
    return how.lenient();
  }

  boolean closesObjects() {
    return how.closed();
  }

  Rules rules() {
    return rules;
  }

  /** Blanks between the signs of objects and arrays, as llama.cpp bounds them. */
  Part space() {
    if (space == null) {
      space = rules.ready("space", name -> name + " ::= | \" \" | \"\\n\"{1,2} [ \\t]{0,20}");
    }
    return space;
  }

  Shape shape(Term term, String owner) {
    try {
      return shapes.of(term);
    } catch (SchemaException e) {
      throw e.at(pointer(term, owner));
    } catch (Circle e) {
      throw new SchemaException(pointer(term, owner), e.getMessage());
    }
  }

  /** The keyword that makes the scalars of a schema large; the schema if it has none such. */
  private String blamed(String pointer) {
    JsonNode schema = document.at(pointer);
    List<String> large = schema.has("properties") || schema.has("items") ? List.of() : LARGE;
    return large.stream()
        .filter(schema::has)
        .findFirst()
        .map(k -> pointer + "/" + k)
        .orElse(pointer);
  }

  /** A place of the schema that a term is made of. */
  private static String pointer(Term term, String otherwise) {
    return switch (term) {
      case Term.At at -> at.pointer();
      case Term.Const constant -> otherwise;
      case Term.Has has -> otherwise;
      case Term.Not not -> pointer(not.term(), otherwise);
      case Term.All all ->
          all.terms().stream().findFirst().map(t -> pointer(t, otherwise)).orElse(otherwise);
      case Term.Any any ->
          any.terms().stream().findFirst().map(t -> pointer(t, otherwise)).orElse(otherwise);
    };
  }

  /**
   * The values of a term.
   *
   * @param hint what to call a rule for them
   */
  Part value(Term term, String hint, String owner) {
    Part known = values.get(term);
    if (known != null) {
      return known;
    }
    Shape shape = shape(term, owner);
    String name = hint(term, hint);
    Part part;
    if (shape.objects().isEmpty() && shape.arrays().isEmpty()) {
      List<Part> scalars;
      try {
        scalars = scalars(shape, name);
      } catch (SchemaException e) {
        throw e.at(blamed(pointer(term, owner)));
      }
      part = scalars.size() == 1 ? scalars.getFirst() : rule(name, Part.choice(scalars));
    } else {
      String rule = rules.name(name);
      part = new Part.Call(rule);
      todo.add(new Todo(rule, shape, name, pointer(term, owner)));
    }
    values.put(term, part);
    return part;
  }

  private static String hint(Term term, String hint) {
    if (term.equals(Term.ANYTHING)) {
      return "value";
    }
    if (term instanceof Term.At at && at.pointer().matches("/(\\$defs|definitions)/[^/]+")) {
      return at.pointer().substring(at.pointer().lastIndexOf('/') + 1);
    }
    return hint;
  }

  private Part rule(String hint, Part part) {
    if (part.equals(Part.NOTHING)) {
      return part;
    }
    return shared.computeIfAbsent(
        part,
        p -> {
          String rule = rules.name(hint);
          rules.put(rule, part);
          return new Part.Call(rule);
        });
  }

  private Part body(Todo next) {
    List<Part> parts = new ArrayList<>();
    List<ObjectShape> objects =
        next.shape.objects().stream().flatMap(o -> o.expanded().stream()).toList();
    for (ObjectShape object : objects) {
      parts.add(
          shared(
              object,
              object.isAny() ? "object" : next.hint,
              hint -> new ObjectRules(this, object, hint, next.pointer).part()));
    }
    for (ArrayShape array : next.shape.arrays()) {
      parts.add(
          shared(
              array,
              array.isAny() ? "array" : next.hint,
              hint -> new ArrayRules(this, array, hint, next.pointer).part()));
    }
    parts.addAll(scalars(next.shape, next.hint));
    return Part.choice(parts);
  }

  /** A string, as a value or the name of a property. */
  Part string(StringSet keys, String hint) {
    return shared(keys, keys.equals(StringSet.ALL) ? "string" : hint, h -> quoted(keys, h));
  }

  private interface Maker {
    Part make(String hint);
  }

  private Part shared(Object shape, String hint, Maker maker) {
    Part known = shared.get(shape);
    if (known == null) {
      known = maker.make(hint);
      shared.put(shape, known);
    }
    return known;
  }

  private List<Part> scalars(Shape shape, String hint) {
    List<Part> parts = new ArrayList<>();
    StringSet strings = shape.strings();
    if (!strings.isEmpty()) {
      parts.add(orLax(() -> string(strings, hint), () -> string(lax(strings), hint)));
    }
    NumberSet numbers = shape.numbers();
    if (!numbers.isEmpty()) {
      String kind =
          numbers.equals(NumberSet.ALL)
              ? "number"
              : numbers.equals(NumberSet.INTEGERS) ? "integer" : hint;
      parts.add(orLax(() -> number(numbers, kind), () -> number(lax(numbers), hint)));
    }
    shape.words().forEach(word -> parts.add(Part.literal(word)));
    return parts;
  }

  private Part number(NumberSet numbers, String hint) {
    return shared(numbers, hint, h -> rules.ready(h, numbers.written()::plain));
  }

  /** A part; where that is too large and may be left out, a larger set that is not. */
  private Part orLax(Supplier<Part> part, Supplier<Part> lax) {
    try {
      return part.get();
    } catch (SchemaException e) {
      if (!how.lenient()) {
        throw e;
      }
      return lax.get();
    }
  }

  private static StringSet lax(StringSet strings) {
    return new StringSet(Dfa.any(), strings.min(), strings.max());
  }

  private static NumberSet lax(NumberSet numbers) {
    return numbers.isWhole() ? NumberSet.INTEGERS : NumberSet.ALL;
  }

  private Part quoted(StringSet strings, String hint) {
    if (strings.isAnyLanguage()) {
      Part character =
          shared("char", "char", h -> rules.ready(h, r -> r + " ::= " + Gbnf.anyJsonCharacter()));
      Part text = rules.repeat(character, strings.min(), strings.max());
      return rule(hint, Part.sequence(Part.literal("\""), text, Part.literal("\"")));
    }
    return rules.ready(hint, strings.whole()::jsonString);
  }
}
