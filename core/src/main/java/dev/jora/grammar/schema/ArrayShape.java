package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Arrays: what each item may be.
 *
 * @param prefix the first items
 * @param rest items behind them
 * @param min number of items
 * @param max number of items; {@link Part#UNBOUNDED}
 * @param contains items that must be somewhere
 * @param unique where it is said that no two items may be the same; null if it is not
 */
record ArrayShape(
    List<Term> prefix, Term rest, int min, int max, Set<Contains> contains, String unique) {
  static final ArrayShape ANY = of(List.of(), Term.ANYTHING);

  /** So many items of a kind, from a position on. */
  record Contains(Term item, int from, int count) {}

  static ArrayShape of(List<Term> prefix, Term rest) {
    return new ArrayShape(prefix, rest, 0, Part.UNBOUNDED, Set.of(), null);
  }

  /** Arrays of so many items. */
  static ArrayShape of(int min, int max) {
    return new ArrayShape(List.of(), Term.ANYTHING, min, max, Set.of(), null);
  }

  /** Arrays that hold an item of a kind, from a position on. */
  static ArrayShape containing(Term item, int from, int count) {
    return new ArrayShape(
        List.of(),
        Term.ANYTHING,
        from + count,
        Part.UNBOUNDED,
        Set.of(new Contains(item, from, count)),
        null);
  }

  static ArrayShape ofUnique(String pointer) {
    return new ArrayShape(List.of(), Term.ANYTHING, 0, Part.UNBOUNDED, Set.of(), pointer);
  }

  /** What the item at a position may be. */
  Term item(int index) {
    return index < prefix.size() ? prefix.get(index) : rest;
  }

  boolean isAny() {
    return equals(ANY);
  }

  /** True if it is plain that there are none. */
  boolean isNothing() {
    return min > max;
  }

  /** Arrays that both allow. */
  ArrayShape and(ArrayShape other) {
    List<Term> items = new ArrayList<>();
    for (int i = 0; i < Math.max(prefix.size(), other.prefix.size()); i++) {
      items.add(Term.all(item(i), other.item(i)));
    }
    Set<Contains> all = new LinkedHashSet<>(contains);
    all.addAll(other.contains);
    return new ArrayShape(
        items,
        Term.all(rest, other.rest),
        Math.max(min, other.min),
        Math.min(max, other.max),
        all,
        unique == null ? other.unique : unique);
  }

  /** All other arrays. */
  List<ArrayShape> not() {
    if (unique != null && max > 1) {
      throw new SchemaException(
          "'not', 'oneOf' or 'if' would need arrays with two items that are the same");
    }
    List<ArrayShape> not = new ArrayList<>();
    for (int i = 0; i < prefix.size(); i++) {
      if (!prefix.get(i).equals(Term.ANYTHING)) {
        List<Term> items = new ArrayList<>(Collections.nCopies(i, Term.ANYTHING));
        items.add(Term.not(prefix.get(i)));
        not.add(new ArrayShape(items, Term.ANYTHING, i + 1, Part.UNBOUNDED, Set.of(), null));
      }
    }
    if (!rest.equals(Term.ANYTHING)) {
      not.add(containing(Term.not(rest), prefix.size(), 1));
    }
    if (min > 0) {
      not.add(of(0, min - 1));
    }
    if (max != Part.UNBOUNDED) {
      not.add(of(max + 1, Part.UNBOUNDED));
    }
    for (Contains each : contains) {
      if (each.count > 1) {
        throw new SchemaException(
            "'not', 'oneOf' or 'if' would need arrays that contain fewer items");
      }
      not.add(of(Collections.nCopies(each.from, Term.ANYTHING), Term.not(each.item)));
    }
    return not;
  }
}
