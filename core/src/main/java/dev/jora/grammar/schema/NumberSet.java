package dev.jora.grammar.schema;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Numbers, by value: of each number that is in, every text of it that jora writes is.
 *
 * @param values the numbers, if they are listed; else null
 * @param texts the texts, if they are not listed; else null
 */
record NumberSet(Set<BigDecimal> values, Dfa texts) {
  private static final Dfa ALL_TEXTS = Numbers.number(null, false, null, false, null);
  private static final Dfa INTEGER_TEXTS = Numbers.number(null, false, null, false, BigDecimal.ONE);

  static final NumberSet NONE = of(List.of());
  static final NumberSet ALL = new NumberSet(null, ALL_TEXTS);
  static final NumberSet INTEGERS = new NumberSet(null, INTEGER_TEXTS);

  /** These numbers. */
  static NumberSet of(Collection<BigDecimal> values) {
    Set<BigDecimal> sorted = new TreeSet<>(); // which compares by value
    for (BigDecimal value : values) {
      BigDecimal shortest = value.stripTrailingZeros();
      if (Math.max(Math.abs((long) shortest.scale()), shortest.precision()) > Numbers.MAX_DIGITS) {
        throw new SchemaException(
            "a number of more than " + Numbers.MAX_DIGITS + " digits cannot be enforced");
      }
      sorted.add(shortest);
    }
    return new NumberSet(sorted, null);
  }

  /** Numbers between bounds, each null if there is none, that are multiples of one if not null. */
  static NumberSet of(
      BigDecimal min, boolean above, BigDecimal max, boolean below, BigDecimal multipleOf) {
    return new NumberSet(null, Numbers.number(min, above, max, below, multipleOf));
  }

  boolean isEmpty() {
    return values == null ? texts.isEmpty() : values.isEmpty();
  }

  NumberSet and(NumberSet other) {
    if (values == null && other.values == null) {
      return texts == other.texts || other.texts == ALL_TEXTS
          ? this
          : texts == ALL_TEXTS ? other : new NumberSet(null, Numbers.both(texts, other.texts));
    }
    if (values == null) {
      return other.and(this);
    }
    return of(values.stream().filter(other::has).toList());
  }

  private boolean has(BigDecimal value) {
    return values == null
        ? texts == ALL_TEXTS || texts.matches(value.toPlainString())
        : values.contains(value);
  }

  NumberSet or(NumberSet other) {
    if (values == null || other.values == null) {
      return other.isEmpty() ? this : isEmpty() ? other : of(Numbers.either(all(), other.all()));
    }
    Set<BigDecimal> either = new TreeSet<>(values);
    either.addAll(other.values);
    return new NumberSet(either, null);
  }

  private static NumberSet of(Dfa texts) {
    return new NumberSet(null, ALL_TEXTS.minus(texts).isEmpty() ? ALL_TEXTS : texts);
  }

  NumberSet not() {
    return isEmpty() ? ALL : texts == ALL_TEXTS ? NONE : of(ALL_TEXTS.minus(all()));
  }

  /** All texts of the numbers. */
  private Dfa all() {
    if (values == null) {
      return texts;
    }
    Dfa all = Dfa.none();
    for (BigDecimal value : values) {
      all = Numbers.either(all, Numbers.number(value, false, value, false, null));
    }
    return all;
  }

  /** True if each number is written in one way: they are listed, or all are whole. */
  boolean isWhole() {
    return values != null || texts.minus(INTEGER_TEXTS).isEmpty();
  }

  /** The texts in which they are written. */
  Dfa written() {
    return values == null
        ? Numbers.written(texts)
        : Dfa.of(values.stream().map(BigDecimal::toPlainString).toList());
  }
}
