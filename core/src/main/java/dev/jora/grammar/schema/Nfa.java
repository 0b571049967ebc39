package dev.jora.grammar.schema;

import dev.jora.grammar.schema.RegexNode.At;
import dev.jora.grammar.schema.RegexNode.Chars;
import dev.jora.grammar.schema.RegexNode.Choice;
import dev.jora.grammar.schema.RegexNode.Condition;
import dev.jora.grammar.schema.RegexNode.Look;
import dev.jora.grammar.schema.RegexNode.Repeat;
import dev.jora.grammar.schema.RegexNode.Sequence;
import dev.jora.grammar.schema.RegexNode.Side;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A pattern as states, built from its end to its beginning. Recurses as deep as groups are nested,
 * which the parser bounds.
 */
final class Nfa {
  static final int MAX_STATES = 200_000;

  /** Where every text has been accepted. */
  static final int ACCEPT = 0;

  /** From here on any text will do. */
  static final int ALL = 1;

  /** A state other than {@link #ACCEPT}. */
  sealed interface State {
    /** Takes a character. */
    record Step(CharSet chars, int next) implements State {}

    /** Goes on at all of these, without a character. */
    record Split(int... next) implements State {}

    /** Goes on where this is true. */
    record Test(Condition condition, int next) implements State {}
  }

  private final List<State> states = new ArrayList<>();

  /** What all automata that are made of the states may cost together. */
  private final Subsets.Budget budget = new Subsets.Budget();

  private int loops;

  Nfa() {
    states.add(null);
    int all = add(new State.Split());
    states.set(all, new State.Split(ACCEPT, add(new State.Step(CharSet.ANY, all))));
  }

  State state(int number) {
    return states.get(number);
  }

  int size() {
    return states.size();
  }

  private int add(State state) {
    if (states.size() == MAX_STATES) {
      throw DfaBuilder.tooLarge();
    }
    states.add(state);
    return states.size() - 1;
  }

  /** The texts in which a node matches somewhere. */
  Dfa matching(RegexNode node) {
    int loop = add(new State.Split());
    int skip = add(new State.Step(CharSet.ANY, loop));
    states.set(loop, new State.Split(before(ALL, node), skip));
    return Subsets.dfa(this, loop, Side.EDGE, budget);
  }

  /** Builds a node in front of a state, and returns where it begins. */
  private int before(int next, RegexNode node) {
    return switch (node) {
      case Chars chars -> add(new State.Step(chars.set(), next));
      case At at -> add(new State.Test(at.condition(), next));
      case Sequence sequence -> {
        int begin = next;
        for (RegexNode item : sequence.items().reversed()) {
          begin = before(begin, item);
        }
        yield begin;
      }
      case Choice choice ->
          add(
              new State.Split(
                  choice.alternatives().stream().mapToInt(a -> before(next, a)).toArray()));
      case Repeat repeat -> repeat(next, repeat);
      case Look look -> look(next, look);
    };
  }

  private int repeat(int next, Repeat repeat) {
    int begin = next;
    if (repeat.max() == Repeat.UNBOUNDED) {
      int loop = add(new State.Split());
      loops++;
      states.set(loop, new State.Split(next, before(loop, repeat.item())));
      loops--;
      begin = loop;
    } else {
      for (int i = repeat.min(); i < repeat.max(); i++) {
        begin = add(new State.Split(before(begin, repeat.item()), next));
      }
    }
    for (int i = 0; i < repeat.min(); i++) {
      int behind = begin;
      begin = before(behind, repeat.item());
      if (begin == behind) {
        break; // nothing, so many times
      }
    }
    return begin;
  }

  /**
   * What follows a lookahead is known here, to the end of the text: so is the part of it that
   * begins, or does not begin, as it asks for. Assertions at its beginning may depend on what
   * stands before it, so there is a part for each of that.
   */
  private int look(int next, Look look) {
    if (loops > 0) {
      throw look.loop();
    }
    int item = before(ALL, look.item());
    Map<Side, Condition> sides =
        Map.of(
            Side.EDGE, Condition.BEGIN,
            Side.WORD, Condition.BEHIND_WORD,
            Side.OTHER, Condition.BEHIND_OTHER);
    if (!asks(next) && !asks(item)) {
      return part(next, item, look.negative(), Side.EDGE);
    }
    List<Integer> parts = new ArrayList<>();
    for (Side side : Side.values()) {
      int part = part(next, item, look.negative(), side);
      parts.add(add(new State.Test(sides.get(side), part)));
    }
    return add(new State.Split(parts.stream().mapToInt(Integer::intValue).toArray()));
  }

  private int part(int next, int item, boolean negative, Side side) {
    Dfa behind = Subsets.dfa(this, next, side, budget);
    Dfa wanted = Subsets.dfa(this, item, side, budget);
    return embed(negative ? behind.minus(wanted) : behind.and(wanted));
  }

  /** True if there are tests from a state on. */
  private boolean asks(int start) {
    return reached(start).stream().anyMatch(i -> states.get(i) instanceof State.Test);
  }

  /** The states other than {@link #ACCEPT} that a text may come to from one. */
  BitSet reached(int start) {
    BitSet known = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      int number = open.pop();
      if (known.get(number) || number == ACCEPT) {
        continue;
      }
      known.set(number);
      switch (states.get(number)) {
        case State.Step step -> open.push(step.next());
        case State.Split split -> Arrays.stream(split.next()).forEach(open::push);
        case State.Test test -> open.push(test.next());
      }
    }
    budget.spend(known.cardinality());
    return known;
  }

  /** An automaton as states of this one. */
  private int embed(Dfa dfa) {
    int first = states.size();
    for (int i = 0; i < dfa.states(); i++) {
      add(new State.Split());
    }
    for (int i = 0; i < dfa.states(); i++) {
      List<Integer> ways = new ArrayList<>();
      if (dfa.accepts(i)) {
        ways.add(ACCEPT);
      }
      dfa.ways(i).forEach((target, chars) -> ways.add(add(new State.Step(chars, first + target))));
      states.set(first + i, new State.Split(ways.stream().mapToInt(Integer::intValue).toArray()));
    }
    return first;
  }
}
