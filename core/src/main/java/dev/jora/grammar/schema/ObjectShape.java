package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects: what each property may be.
 *
 * @param named properties by name, in the order in which they are written
 * @param required names of {@code named}
 * @param others what properties of other names may be: kinds of names that have none in common; a
 *     name of none of them may not come
 * @param min number of properties
 * @param max number of properties; {@link Part#UNBOUNDED}
 */
record ObjectShape(
    Map<String, Term> named, Set<String> required, List<Others> others, int min, int max) {
  /** Kinds of names; more are refused. */
  private static final int MAX_KINDS = 100;

  static final ObjectShape ANY =
      new ObjectShape(
          Map.of(), Set.of(), List.of(new Others(Dfa.any(), Term.ANYTHING)), 0, Part.UNBOUNDED);

  /** What properties whose names are in a set may be. */
  record Others(Dfa names, Term value) {
    boolean isAny() {
      return names == Dfa.any() && value.equals(Term.ANYTHING);
    }
  }

  /** What a property may be. */
  Term value(String name) {
    Term value = named.get(name);
    if (value != null) {
      return value;
    }
    return others.stream()
        .filter(o -> o.names == Dfa.any() || o.names.matches(name))
        .map(Others::value)
        .findFirst()
        .orElse(Term.NOTHING);
  }

  private boolean hasAnyOthers() {
    return others.size() == 1 && others.getFirst().isAny();
  }

  boolean isAny() {
    return named.isEmpty() && hasAnyOthers() && min == 0 && max == Part.UNBOUNDED;
  }

  /** Objects that both allow. */
  ObjectShape and(ObjectShape other) {
    Map<String, Term> names = new LinkedHashMap<>();
    named.forEach((name, value) -> names.put(name, Term.all(value, other.value(name))));
    other.named.forEach(
        (name, value) -> names.computeIfAbsent(name, n -> Term.all(value(n), value)));
    Set<String> needed = new LinkedHashSet<>(required);
    needed.addAll(other.required);
    return new ObjectShape(
        names,
        needed,
        both(others, other.others),
        Math.max(min, other.min),
        Math.min(max, other.max));
  }

  private static List<Others> both(List<Others> a, List<Others> b) {
    List<Others> both = new ArrayList<>();
    for (Others mine : a) {
      for (Others others : b) {
        Term value = Term.all(mine.value, others.value);
        Dfa names =
            mine.names == Dfa.any()
                ? others.names
                : others.names == Dfa.any() ? mine.names : mine.names.and(others.names);
        if (!value.equals(Term.NOTHING) && !names.isEmpty()) {
          both.add(new Others(names, value));
        }
      }
    }
    if (both.size() > MAX_KINDS) {
      throw new SchemaException("patterns of names overlap in more than " + MAX_KINDS + " ways");
    }
    return both;
  }

  /** Objects whose properties with names of a set are of a kind; any properties beside them. */
  static ObjectShape of(Dfa names, Term value) {
    List<Others> others = new ArrayList<>();
    if (!value.equals(Term.NOTHING)) {
      others.add(new Others(names, value));
    }
    Dfa rest = names.not();
    if (!rest.isEmpty()) {
      others.add(new Others(rest, Term.ANYTHING));
    }
    return new ObjectShape(Map.of(), Set.of(), others, 0, Part.UNBOUNDED);
  }

  /** Objects with a property of a kind, if they have it. */
  static ObjectShape of(String name, Term value, boolean required) {
    return new ObjectShape(
        Map.of(name, value), required ? Set.of(name) : Set.of(), ANY.others, 0, Part.UNBOUNDED);
  }

  /** Objects with so many properties. */
  static ObjectShape of(int min, int max) {
    return new ObjectShape(Map.of(), Set.of(), ANY.others, min, max);
  }

  /** All other objects. */
  List<ObjectShape> not() {
    if (!hasAnyOthers()) {
      throw new SchemaException(
          "'not', 'oneOf' or 'if' would need objects with some property that"
              + " 'additionalProperties', 'patternProperties' or 'propertyNames' does not allow");
    }
    List<ObjectShape> not = new ArrayList<>();
    named.forEach(
        (name, value) -> {
          if (!value.equals(Term.ANYTHING)) {
            not.add(of(name, Term.not(value), true));
          }
          if (required.contains(name)) {
            not.add(of(name, Term.NOTHING, false));
          }
        });
    if (min > 0) {
      not.add(of(0, min - 1));
    }
    if (max != Part.UNBOUNDED) {
      not.add(of(max + 1, Part.UNBOUNDED));
    }
    return not;
  }
}
