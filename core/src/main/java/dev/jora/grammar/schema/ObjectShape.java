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
 * @param some properties of which there must be one, each
 */
record ObjectShape(
    Map<String, Term> named,
    Set<String> required,
    List<Others> others,
    int min,
    int max,
    Set<Others> some) {
  /** Kinds of names; more are refused. */
  private static final int MAX_KINDS = 100;

  static final ObjectShape ANY =
      new ObjectShape(
          Map.of(), Set.of(), List.of(new Others(Dfa.any(), Term.ANYTHING)), 0, Part.UNBOUNDED);

  /** Objects of which no property that is not named must be. */
  ObjectShape(
      Map<String, Term> named, Set<String> required, List<Others> others, int min, int max) {
    this(named, required, others, min, max, Set.of());
  }

  /** What properties whose names are in a set may be. */
  record Others(Dfa names, Term value) {
    /** True if a property that is one of the others surely is one of these. */
    private boolean isImplied(Others by) {
      return (value.equals(Term.ANYTHING) || value.equals(by.value))
          && by.names.minus(names).isEmpty();
    }

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

  boolean isAny() {
    return equals(ANY);
  }

  /** True if it is plain that there are none. */
  boolean isNothing() {
    return min > max || required.stream().anyMatch(name -> named.get(name).equals(Term.NOTHING));
  }

  /** Objects that both allow. */
  ObjectShape and(ObjectShape other) {
    Map<String, Term> names = new LinkedHashMap<>();
    named.forEach((name, value) -> names.put(name, Term.all(value, other.value(name))));
    other.named.forEach(
        (name, value) -> names.computeIfAbsent(name, n -> Term.all(value(n), value)));
    Set<String> needed = new LinkedHashSet<>(required);
    needed.addAll(other.required);
    Set<Others> all = new LinkedHashSet<>(some);
    all.addAll(other.some);
    Set<Others> both = new LinkedHashSet<>(all);
    all.forEach(each -> both.removeIf(o -> !o.equals(each) && o.isImplied(each)));
    return new ObjectShape(
        names,
        needed,
        both(others, other.others),
        Math.max(min, other.min),
        Math.min(max, other.max),
        both);
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

  private static ObjectShape ofSome(Dfa names, Term value) {
    Set<Others> one = Set.of(new Others(names, value));
    return new ObjectShape(Map.of(), Set.of(), ANY.others, 0, Part.UNBOUNDED, one);
  }

  /**
   * The same objects, by which of the named properties are those of {@code some}; where none is,
   * {@code some} remains.
   */
  List<ObjectShape> expanded() {
    List<ObjectShape> all = List.of(new ObjectShape(named, required, others, min, max));
    for (Others each : some) {
      List<ObjectShape> more = new ArrayList<>();
      for (ObjectShape shape : all) {
        for (String name : named.keySet()) {
          if (each.names.matches(name)) {
            more.add(shape.and(of(name, each.value, true)));
          }
        }
        if (!others.isEmpty()) {
          Set<Others> left = new LinkedHashSet<>(shape.some);
          left.add(each);
          more.add(new ObjectShape(shape.named, shape.required, shape.others, min, max, left));
        }
      }
      if (more.size() > Shape.MAX_SHAPES) {
        throw new SchemaException(
            "its parts go together in more than " + Shape.MAX_SHAPES + " ways");
      }
      all = more;
    }
    return all;
  }

  /** All other objects. */
  List<ObjectShape> not() {
    List<ObjectShape> not = new ArrayList<>();
    Dfa rest = Dfa.of(named.keySet()).not();
    for (Others each : others) {
      if (!each.value.equals(Term.ANYTHING)) {
        not.add(ofSome(rest.and(each.names), Term.not(each.value)));
      }
      rest = each.names == Dfa.any() ? Dfa.none() : rest.minus(each.names);
    }
    if (!rest.isEmpty()) {
      not.add(ofSome(rest, Term.ANYTHING));
    }
    some.forEach(each -> not.add(of(each.names, Term.not(each.value))));
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
