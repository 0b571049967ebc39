package dev.jora.grammar.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What terms are as shapes, each worked out once. */
final class Shapes {
  /** Terms that need one another at the same time. */
  private static final int MAX_DEPTH = 400;

  /** Shapes that one schema may need. */
  private static final int MAX_SHAPES = 50_000;

  /** How deep properties are looked into for one that nothing satisfies. */
  private static final int LOOK = 3;

  private final Function<String, Shape> reader;
  private final Map<Term, Shape> known = new HashMap<>();
  private final Set<Term> open = new HashSet<>();

  /**
   * Nothing is known yet.
   *
   * @param reader what the schema at a place allows
   */
  Shapes(Function<String, Shape> reader) {
    this.reader = reader;
  }

  /**
   * The shape of a term.
   *
   * @throws Circle if the term needs itself
   * @throws SchemaException without a place if it cannot be worked out
   */
  Shape of(Term term) {
    Shape shape = known.get(term);
    if (shape != null) {
      return shape;
    }
    if (!open.add(term)) {
      throw new Circle();
    }
    try {
      if (open.size() > MAX_DEPTH) {
        throw new SchemaException("more than " + MAX_DEPTH + " schemas need one another");
      }
      shape =
          switch (term) {
            case Term.At at -> reader.apply(at.pointer());
            case Term.Const constant -> Constants.of(List.of(constant.value()));
            case Term.Has has ->
                Shape.NOTHING.withObjects(ObjectShape.of(has.property(), Term.ANYTHING, true));
            case Term.Not not -> of(not.term()).not();
            case Term.All all -> {
              Shape both = Shape.ANYTHING;
              for (Term each : all.terms()) {
                both = both.and(of(each));
              }
              yield both;
            }
            case Term.Any any -> {
              Shape either = Shape.NOTHING;
              for (Term each : any.terms()) {
                either = either.or(of(each));
              }
              yield either;
            }
          };
    } finally {
      open.remove(term);
    }
    known.put(term, shape);
    if (known.size() > MAX_SHAPES) {
      throw new SchemaException("its parts go together in more than " + MAX_SHAPES + " ways");
    }
    return shape;
  }

  /**
   * Values that one of the terms allows and no other.
   *
   * @throws SchemaException without a place if two of them cannot be told apart
   */
  Shape oneOf(List<Term> terms) {
    List<Shape> shapes = terms.stream().map(this::of).toList();
    if (shapes.stream().allMatch(s -> s.objects().isEmpty() && s.arrays().isEmpty())) {
      Counted all = counted(shapes);
      return all.twice().equals(Shape.NOTHING) ? all.once() : all.once().and(all.twice().not());
    }
    if (terms.size() > Shape.MAX_SHAPES) {
      throw new SchemaException(
          "of more than "
              + Shape.MAX_SHAPES
              + " alternatives with objects or arrays, exactly one cannot be enforced; use"
              + " 'anyOf'");
    }
    Shape one = Shape.NOTHING;
    for (int i = 0; i < terms.size(); i++) {
      Shape mine = of(terms.get(i));
      for (int j = 0; j < terms.size(); j++) {
        if (i != j && !isSurelyNothing(mine.and(of(terms.get(j))))) {
          try {
            mine = mine.and(of(Term.not(terms.get(j))));
          } catch (SchemaException e) {
            if (e.hasPlace()) {
              throw e;
            }
            throw new SchemaException(
                "alternatives "
                    + Math.min(i, j)
                    + " and "
                    + Math.max(i, j)
                    + " may both allow a value, and exactly one of them cannot be enforced ("
                    + e.getMessage()
                    + "); use 'anyOf', or give both a required property with different 'const'");
          }
        }
      }
      one = one.or(mine);
    }
    return one;
  }

  /** What some shapes allow: one of them at least, and two at least. */
  private record Counted(Shape once, Shape twice) {
    Counted with(Counted other) {
      Shape both = once.and(other.once);
      return new Counted(once.or(other.once), twice.or(other.twice).or(both));
    }
  }

  /** By halves, so that what is large is put together few times. */
  private static Counted counted(List<Shape> shapes) {
    int n = shapes.size();
    if (n < 2) {
      return new Counted(n == 0 ? Shape.NOTHING : shapes.getFirst(), Shape.NOTHING);
    }
    return counted(shapes.subList(0, n / 2)).with(counted(shapes.subList(n / 2, n)));
  }

  /** What tells alternatives apart mostly lies near, so far ones are not looked at first. */
  private boolean isSurelyNothing(Shape shape) {
    return isNothing(shape, 1) || isNothing(shape, LOOK);
  }

  /** True if surely no value satisfies the term. */
  private boolean isNothing(Term term, int look) {
    if (term.equals(Term.NOTHING) || term.equals(Term.ANYTHING)) {
      return term.equals(Term.NOTHING);
    }
    try {
      return look > 0 && isNothing(of(term), look - 1);
    } catch (Circle e) {
      return false; // not surely
    } catch (SchemaException e) {
      if (e.hasPlace()) {
        throw e;
      }
      return false;
    }
  }

  private boolean isNothing(Shape shape, int look) {
    return shape.hasNoScalars()
        && shape.objects().stream().allMatch(o -> isNothing(o, look))
        && shape.arrays().stream().allMatch(a -> isNothing(a, look));
  }

  private boolean isNothing(ObjectShape shape, int look) {
    return shape.min() > shape.max()
        || shape.required().size() > shape.max()
        || shape.others().isEmpty() && shape.named().size() < shape.min()
        || shape.required().stream().anyMatch(n -> isNothing(shape.named().get(n), look))
        || shape.others().isEmpty()
            && shape.some().stream().anyMatch(some -> isNothing(some, shape, look));
  }

  /** True if surely none of the named properties is one of these. */
  private boolean isNothing(ObjectShape.Others some, ObjectShape shape, int look) {
    return shape.named().entrySet().stream()
        .filter(named -> some.names().matches(named.getKey()))
        .allMatch(named -> isNothing(Term.all(named.getValue(), some.value()), look));
  }

  private boolean isNothing(ArrayShape shape, int look) {
    if (shape.min() > shape.max()) {
      return true;
    }
    int first = Math.min(shape.min(), shape.prefix().size());
    return shape.prefix().subList(0, first).stream().anyMatch(t -> isNothing(t, look))
        || shape.min() > shape.prefix().size() && isNothing(shape.rest(), look)
        || shape.contains().stream().anyMatch(c -> isNothing(c, shape, look));
  }

  private boolean isNothing(ArrayShape.Contains contains, ArrayShape shape, int look) {
    return contains.from() + contains.count() > shape.max()
        || isNothing(contains.item(), look)
        || contains.from() >= shape.prefix().size()
            && isNothing(Term.all(contains.item(), shape.rest()), look);
  }
}
