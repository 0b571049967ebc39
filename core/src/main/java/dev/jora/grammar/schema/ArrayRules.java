package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules for arrays. There is a rule for each position where the array may end or may hold what it
 * must contain, and for each set of what it has of that: its texts are the rest of the array. An
 * item that must be contained is guessed, so a text may be read in many ways at a time.
 */
final class ArrayRules {
  private static final int MAX_RULES = 5_000;

  /** Where a rule begins: what has been found is a set of bits. */
  private record State(int index, int found) {}

  private final SchemaWriter writer;
  private final ArrayShape shape;
  private final String hint;
  private final String pointer;

  /** Each item that must be contained, as often as it must. */
  private final List<ArrayShape.Contains> wanted = new ArrayList<>();

  /** Positions that have rules of their own; those behind are all the same. */
  private final int positions;

  /** What no two items may share; null if they may. */
  private final List<String> unique;

  private final Map<State, String> states = new HashMap<>();
  private final List<State> todo = new ArrayList<>();

  ArrayRules(SchemaWriter writer, ArrayShape shape, String hint, String pointer) {
    this.writer = writer;
    this.shape = shape;
    this.hint = hint;
    this.pointer = pointer;
    this.unique = shape.unique() != null && shape.max() > 1 ? unique() : null;
    int last = shape.prefix().size();
    for (ArrayShape.Contains each : shape.contains()) {
      last = Math.max(last, each.from());
      for (int i = 0; i < each.count() && wanted.size() < 16; i++) {
        wanted.add(each);
      }
    }
    if (!wanted.isEmpty()) {
      last = shape.max() == Part.UNBOUNDED ? Math.max(last, shape.min()) : shape.max();
    }
    this.positions = Math.max(1, Math.min(last, shape.max()));
    if ((long) positions << wanted.size() > MAX_RULES && !wanted.isEmpty()) {
      throw new SchemaException(
          "an array of so many items that must contain some of them needs too large a grammar");
    }
  }

  /** The values that no two items may share; null if that is left out. */
  private List<String> unique() {
    boolean plain = shape.prefix().isEmpty() && shape.contains().isEmpty();
    List<String> values =
        plain ? FiniteValues.of(writer.shape(shape.rest(), pointer), UniqueRules.MAX_VALUES) : null;
    if (values == null && !writer.isLenient()) {
      throw new SchemaException(
          shape.unique(),
          "that no two items are the same cannot be enforced while a text is written, but for"
              + " 'items' of at most "
              + UniqueRules.MAX_VALUES
              + " values, as of an 'enum'; leave it out");
    }
    return values;
  }

  private int all() {
    return (1 << wanted.size()) - 1;
  }

  Part part() {
    Part rest =
        unique != null
            ? new UniqueRules(writer, unique, shape, hint).part()
            : from(new State(0, 0));
    for (int i = 0; i < todo.size(); i++) {
      writer.rules().put(states.get(todo.get(i)), ways(todo.get(i)));
    }
    return Part.sequence(Part.literal("["), writer.space(), rest, Part.literal("]"));
  }

  private Part comma(int index) {
    return index == 0 ? Part.EMPTY : Part.sequence(Part.literal(","), writer.space());
  }

  private Part item(int index, Term term) {
    String name = index < shape.prefix().size() ? hint + "-" + index : hint + "-item";
    return Part.sequence(comma(index), writer.value(term, name, pointer), writer.space());
  }

  /** What follows in front of a position: written out up to where there is a choice. */
  private Part from(State begin) {
    if (begin.found != all()) {
      return begin.index >= shape.max() ? Part.NOTHING : state(begin);
    }
    List<Part> parts = new ArrayList<>();
    int index = begin.index;
    for (; index < Math.min(positions, shape.min()); index++) {
      parts.add(item(index, shape.item(index)));
    }
    if (index < positions && index < shape.max()) {
      parts.add(state(new State(index, begin.found)));
    } else if (index >= positions) {
      int least = Math.max(0, shape.min() - index);
      int most = shape.max() == Part.UNBOUNDED ? shape.max() : shape.max() - index;
      parts.add(writer.rules().repeat(item(index, shape.rest()), least, most));
    }
    return shape.min() > shape.max() ? Part.NOTHING : Part.sequence(parts);
  }

  private Part state(State state) {
    String rule = states.get(state);
    if (rule == null) {
      rule = writer.rules().name(hint + "-rest");
      states.put(state, rule);
      todo.add(state);
    }
    return new Part.Call(rule);
  }

  /** The end, if the array may end here, or an item and what follows it. */
  private Part ways(State state) {
    List<Part> ways = new ArrayList<>();
    int next = Math.min(state.index + 1, positions);
    if (wanted.isEmpty() || shape.max() != Part.UNBOUNDED) {
      next = state.index + 1;
    }
    ways.add(
        Part.sequence(
            item(state.index, shape.item(state.index)), from(new State(next, state.found))));
    Set<Integer> tried = new HashSet<>();
    for (int more = 1; more <= all(); more++) {
      if ((more & state.found) == 0 && tried.add(more) && mayFind(more, state)) {
        List<Term> terms = new ArrayList<>(List.of(shape.item(state.index)));
        for (int i = 0; i < wanted.size(); i++) {
          if ((more >> i & 1) != 0) {
            terms.add(wanted.get(i).item());
          }
        }
        ways.add(
            Part.sequence(
                item(state.index, Term.all(terms)), from(new State(next, state.found | more))));
      }
    }
    if (state.index >= shape.min() && state.found == all()) {
      ways.add(Part.EMPTY);
    }
    return Part.choice(ways);
  }

  /** True if one item may be these: each of another kind, and the first that is missing of it. */
  private boolean mayFind(int more, State state) {
    Set<Object> kinds = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      boolean missing = (state.found >> i & 1) == 0;
      boolean taken = (more >> i & 1) != 0;
      boolean first = missing && kinds.add(wanted.get(i));
      if (taken && (!first || state.index < wanted.get(i).from())) {
        return false;
      }
    }
    return true;
  }
}
