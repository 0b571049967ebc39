package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Rules for objects. Named properties come in their order, others behind them. There is a rule for
 * each optional property, and for each number of properties before it as far as that matters: its
 * texts are the rest of the object.
 */
final class ObjectRules {
  private static final int MAX_RULES = 20_000;

  private static final Pattern HALF_PAIR =
      Pattern.compile(
          "(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]|[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])");

  private final SchemaWriter writer;
  private final ObjectShape shape;
  private final String hint;
  private final String pointer;
  private final List<Part> properties = new ArrayList<>();
  private final List<Boolean> required = new ArrayList<>();
  private final Part other;
  private final Part wanted;
  private final int min;
  private final int max;

  /** More properties than this are not counted. */
  private final int counted;

  private final Map<List<Integer>, String> states = new HashMap<>();
  private final List<List<Integer>> todo = new ArrayList<>();

  ObjectRules(SchemaWriter writer, ObjectShape shape, String hint, String pointer) {
    this.writer = writer;
    this.shape = shape;
    this.hint = hint;
    this.pointer = pointer;
    shape.named().forEach(this::add);
    this.other = isClosed(shape) ? Part.NOTHING : others(shape.others());
    boolean unlimited =
        shape.max() >= properties.size() && other.equals(Part.NOTHING)
            || shape.max() == Part.UNBOUNDED;
    this.max = unlimited ? Part.UNBOUNDED : shape.max();
    this.min = shape.min() <= shape.required().size() ? 0 : shape.min();
    this.wanted = wanted();
    this.counted = unlimited ? Math.max(1, min) : Part.UNBOUNDED;
    long optional = required.stream().filter(needed -> !needed).count();
    if (optional * Math.min(counted, properties.size()) > MAX_RULES) {
      throw new SchemaException(
          "'minProperties' or 'maxProperties' with as many as "
              + optional
              + " properties that may be missing needs too large a grammar");
    }
  }

  /** True if properties without a name are left out: nothing is said of them, nor needs them. */
  private boolean isClosed(ObjectShape object) {
    return writer.closesObjects()
        && !properties.isEmpty()
        && object.others().stream().allMatch(ObjectShape.Others::isAny)
        && object.some().isEmpty()
        && object.min() <= properties.size();
  }

  private void add(String name, Term term) {
    boolean needed = shape.required().contains(name);
    Part value = writer.value(term, hint + "-" + name, pointer);
    if (needed || !value.equals(Part.NOTHING)) {
      Part key = Part.literal(quoted(name));
      properties.add(property(key, value));
      required.add(needed);
    }
  }

  /** A name as JSON writes it; half a surrogate pair, which UTF-8 cannot hold, as an escape. */
  static String quoted(String name) {
    return HALF_PAIR
        .matcher(TextNode.valueOf(name).toString())
        .replaceAll(half -> "\\\\u%04x".formatted((int) half.group().charAt(0)));
  }

  private Part property(Part key, Part value) {
    Part colon = Part.literal(":");
    return Part.sequence(key, writer.space(), colon, writer.space(), value, writer.space());
  }

  private Part others(List<ObjectShape.Others> others) {
    Dfa named = shape.named().isEmpty() ? null : Dfa.of(shape.named().keySet());
    List<Part> kinds = new ArrayList<>();
    for (ObjectShape.Others each : others) {
      Dfa names = named == null ? each.names() : each.names().minus(named);
      StringSet keys = names == Dfa.any() ? StringSet.ALL : StringSet.of(names);
      if (!keys.isEmpty()) {
        Part key = writer.string(keys, hint + "-name");
        kinds.add(property(key, writer.value(each.value(), hint + "-other", pointer)));
      }
    }
    return Part.choice(kinds);
  }

  /** The property that must be among those without a name; null if none must. */
  private Part wanted() {
    if (shape.some().isEmpty()) {
      return null;
    }
    if (shape.some().size() > 1 || min > 0 || max != Part.UNBOUNDED) {
      throw new SchemaException(
          "'not', 'oneOf' or 'if' would need objects that several keywords for properties without a"
              + " name do not allow, or that and a number of properties");
    }
    ObjectShape.Others some = shape.some().iterator().next();
    return others(
        shape.others().stream()
            .map(
                o ->
                    new ObjectShape.Others(
                        o.names().and(some.names()), Term.all(o.value(), some.value())))
            .toList());
  }

  Part part() {
    Part rest = from(0, 0);
    for (int i = 0; i < todo.size(); i++) {
      int at = todo.get(i).get(0);
      int count = todo.get(i).get(1);
      Part with = Part.sequence(comma(count), properties.get(at), from(at + 1, count + 1));
      writer.rules().put(states.get(todo.get(i)), Part.choice(with, from(at + 1, count)));
    }
    return Part.sequence(Part.literal("{"), writer.space(), rest, Part.literal("}"));
  }

  private Part comma(int count) {
    return count == 0 ? Part.EMPTY : Part.sequence(Part.literal(","), writer.space());
  }

  /** What follows in front of a property, with so many before it. */
  private Part from(int begin, int before) {
    List<Part> parts = new ArrayList<>();
    int count = before;
    int at = begin;
    for (; at < properties.size() && required.get(at); at++) {
      parts.add(comma(count));
      parts.add(properties.get(at));
      count++;
    }
    if (count > max) {
      return Part.NOTHING;
    }
    parts.add(at == properties.size() ? others(count) : state(at, Math.min(count, counted)));
    return Part.sequence(parts);
  }

  private Part state(int at, int count) {
    List<Integer> key = List.of(at, count);
    return new Part.Call(
        states.computeIfAbsent(
            key,
            k -> {
              todo.add(k);
              return writer.rules().name(hint + "-rest");
            }));
  }

  private Part others(int count) {
    Part more = Part.sequence(comma(1), other);
    if (wanted != null) {
      Part any = writer.rules().repeat(more, 0, Part.UNBOUNDED);
      Part behind = Part.sequence(any, comma(1), wanted, any);
      return count > 0
          ? behind
          : Part.choice(Part.sequence(wanted, any), Part.sequence(other, behind));
    }
    int least = Math.max(0, min - count);
    int most = max == Part.UNBOUNDED ? max : max - count;
    if (count > 0) {
      return writer.rules().repeat(more, least, most);
    }
    if (most == 0) {
      return least == 0 ? Part.EMPTY : Part.NOTHING;
    }
    int further = most == Part.UNBOUNDED ? most : most - 1;
    Part some = Part.sequence(other, writer.rules().repeat(more, Math.max(0, least - 1), further));
    return least > 0 ? some : Part.choice(some, Part.EMPTY);
  }
}
