package dev.jora.grammar.schema;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/**
 * A set of JSON values, by type. What objects and arrays hold is not worked out yet.
 *
 * @param words of null, true and false
 * @param objects shapes; what one of them allows is allowed
 * @param arrays likewise
 */
record Shape(
    Set<String> words,
    NumberSet numbers,
    StringSet strings,
    List<ObjectShape> objects,
    List<ArrayShape> arrays) {
  /** Shapes of objects, or of arrays, that one set may have. */
  static final int MAX_SHAPES = 256;

  private static final Set<String> WORDS = Set.of("null", "true", "false");

  static final Shape NOTHING =
      new Shape(Set.of(), NumberSet.NONE, StringSet.NONE, List.of(), List.of());

  static final Shape ANYTHING =
      new Shape(
          WORDS, NumberSet.ALL, StringSet.ALL, List.of(ObjectShape.ANY), List.of(ArrayShape.ANY));

  Shape withWords(Set<String> others) {
    return new Shape(others, numbers, strings, objects, arrays);
  }

  Shape withNumbers(NumberSet others) {
    return new Shape(words, others, strings, objects, arrays);
  }

  Shape withStrings(StringSet others) {
    return new Shape(words, numbers, others, objects, arrays);
  }

  Shape withObjects(ObjectShape... others) {
    return new Shape(words, numbers, strings, List.of(others), arrays);
  }

  Shape withArrays(ArrayShape... others) {
    return new Shape(words, numbers, strings, objects, List.of(others));
  }

  /** Values that both allow. */
  Shape and(Shape other) {
    if (this == ANYTHING) {
      return other;
    }
    if (other == ANYTHING) {
      return this;
    }
    Set<String> both = new LinkedHashSet<>(words);
    both.retainAll(other.words);
    return new Shape(
        both,
        numbers.and(other.numbers),
        strings.and(other.strings),
        products(objects, other.objects, ObjectShape::and, ObjectShape::isNothing),
        products(arrays, other.arrays, ArrayShape::and, ArrayShape::isNothing));
  }

  private static <T> List<T> products(
      List<T> a, List<T> b, BinaryOperator<T> and, Predicate<T> isNothing) {
    Set<T> products = new LinkedHashSet<>();
    for (T mine : a) {
      for (T others : b) {
        T both = mine.equals(others) ? mine : and.apply(mine, others);
        if (!isNothing.test(both)) {
          products.add(both);
          bound(products);
        }
      }
    }
    return List.copyOf(products);
  }

  private static void bound(Set<?> shapes) {
    if (shapes.size() > MAX_SHAPES) {
      throw new SchemaException("its parts go together in more than " + MAX_SHAPES + " ways");
    }
  }

  /** Values that one at least allows. */
  Shape or(Shape other) {
    Set<String> either = new LinkedHashSet<>(words);
    either.addAll(other.words);
    return new Shape(
        either,
        numbers.or(other.numbers),
        strings.or(other.strings),
        union(objects, other.objects, ObjectShape.ANY),
        union(arrays, other.arrays, ArrayShape.ANY));
  }

  private static <T> List<T> union(List<T> a, List<T> b, T any) {
    Set<T> union = new LinkedHashSet<>(a);
    union.addAll(b);
    bound(union);
    return union.contains(any) ? List.of(any) : List.copyOf(union);
  }

  /** All other values. */
  Shape not() {
    Set<String> others = new LinkedHashSet<>(WORDS);
    others.removeAll(words);
    List<ObjectShape> objectsLeft = List.of(ObjectShape.ANY);
    for (ObjectShape shape : objects) {
      objectsLeft =
          shape.isAny()
              ? List.of()
              : products(objectsLeft, shape.not(), ObjectShape::and, ObjectShape::isNothing);
    }
    List<ArrayShape> arraysLeft = List.of(ArrayShape.ANY);
    for (ArrayShape shape : arrays) {
      arraysLeft =
          shape.isAny()
              ? List.of()
              : products(arraysLeft, shape.not(), ArrayShape::and, ArrayShape::isNothing);
    }
    return new Shape(others, numbers.not(), strings.not(), objectsLeft, arraysLeft);
  }

  /** True if it holds neither words, numbers nor strings. */
  boolean hasNoScalars() {
    return words.isEmpty() && numbers.isEmpty() && strings.isEmpty();
  }
}
