package dev.jora.grammar.schema;

import dev.jora.grammar.schema.RegexNode.Side;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The deterministic automaton of a pattern: its states are sets of the pattern's. What stands
 * before a place is kept with a set that has tests; what stands behind it is the next letter.
 */
final class Subsets {
  /** How much may be done, in states looked at. */
  static final class Budget {
    private static final int MAX = 12_000_000;

    private int left = MAX;

    void spend(int amount) {
      left -= amount;
      if (left < 0) {
        throw DfaBuilder.tooLarge();
      }
    }
  }

  /**
   * A state.
   *
   * @param members steps, tests and {@link Nfa#ACCEPT}, ascending
   * @param before null if no member asks for it
   */
  private record Subset(int[] members, Side before) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Subset subset
          && before == subset.before
          && Arrays.equals(members, subset.members);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(members) * 31 + (before == null ? 0 : before.ordinal() + 1);
    }
  }

  private final Nfa nfa;
  private final Budget budget;
  private final Letters letters;
  private final boolean[] word;

  /** The letters that a step takes. */
  private final int[][] inside;

  private final DfaBuilder builder;
  private final Map<Subset, Integer> numbers = new HashMap<>();
  private final Deque<Subset> todo = new ArrayDeque<>();
  private final int[] seen;
  private int stamp;

  private Subsets(Nfa nfa, int start, Budget budget) {
    this.nfa = nfa;
    this.budget = budget;
    this.seen = new int[nfa.size()];
    this.inside = new int[nfa.size()][];
    budget.spend(nfa.size());
    BitSet reached = nfa.reached(start);
    Set<CharSet> sets = sets(reached);
    letters = Letters.of(List.copyOf(sets));
    Map<CharSet, int[]> members = new HashMap<>();
    sets.forEach(set -> members.put(set, members(letters.in(set))));
    reached.stream()
        .filter(i -> nfa.state(i) instanceof Nfa.State.Step)
        .forEach(i -> inside[i] = members.get(((Nfa.State.Step) nfa.state(i)).chars()));
    word = letters.in(RegexEscapes.WORD);
    builder = new DfaBuilder(letters);
  }

  /** The texts that lead from a state to the end, with what stands before them. */
  static Dfa dfa(Nfa nfa, int start, Side before, Budget budget) {
    Subsets subsets = new Subsets(nfa, start, budget);
    subsets.number(new int[] {start}, 1, before);
    while (!subsets.todo.isEmpty()) {
      subsets.expand(subsets.todo.pop());
    }
    return subsets.builder.build();
  }

  /** The sets of characters that matter in these states. */
  private Set<CharSet> sets(BitSet reached) {
    Set<CharSet> sets = new LinkedHashSet<>();
    reached.stream()
        .mapToObj(nfa::state)
        .forEach(
            state -> {
              if (state instanceof Nfa.State.Step step) {
                sets.add(step.chars());
              } else if (state instanceof Nfa.State.Test test && test.condition().asksForWords()) {
                sets.add(RegexEscapes.WORD);
              }
            });
    return sets;
  }

  private static int[] members(boolean[] in) {
    return IntStream.range(0, in.length).filter(i -> in[i]).toArray();
  }

  /** The number of the state that begins at some of the pattern's. */
  private int number(int[] starts, int count, Side before) {
    int[] members = close(starts, count, null, null);
    boolean asks = false;
    for (int member : members) {
      asks |= member != Nfa.ACCEPT && nfa.state(member) instanceof Nfa.State.Test;
    }
    Subset subset = new Subset(members, asks ? before : null);
    Integer known = numbers.get(subset);
    if (known == null) {
      int[] atEnd = close(members, members.length, before, Side.EDGE);
      boolean accepts = atEnd.length > 0 && atEnd[0] == Nfa.ACCEPT;
      known = builder.add(accepts);
      numbers.put(subset, known);
      todo.push(subset);
      budget.spend(members.length);
    }
    return known;
  }

  /** Goes on from a state with each letter. */
  private void expand(Subset subset) {
    int from = numbers.get(subset);
    int[][] targets = new int[letters.count()][];
    int[] counts = new int[letters.count()];
    for (Side behind : List.of(Side.WORD, Side.OTHER)) {
      int[] members = subset.members();
      if (subset.before() != null) {
        members = close(members, members.length, subset.before(), behind);
      }
      for (int member : members) {
        if (member != Nfa.ACCEPT && nfa.state(member) instanceof Nfa.State.Step step) {
          for (int a : inside[member]) {
            if (word[a] == (behind == Side.WORD)) {
              add(targets, counts, a, step.next());
            }
          }
        }
      }
    }
    for (int a = 0; a < targets.length; a++) {
      if (targets[a] != null) {
        builder.set(from, a, number(targets[a], counts[a], word[a] ? Side.WORD : Side.OTHER));
      }
    }
  }

  private void add(int[][] targets, int[] counts, int letter, int target) {
    budget.spend(1);
    if (targets[letter] == null) {
      targets[letter] = new int[4];
    } else if (counts[letter] == targets[letter].length) {
      targets[letter] = Arrays.copyOf(targets[letter], 2 * counts[letter]);
    }
    targets[letter][counts[letter]++] = target;
  }

  /**
   * All steps, and the end, that are reached without a character; tests too, if it is not said what
   * stands at both sides. What accepts all texts hides the rest.
   *
   * @return ascending
   */
  private int[] close(int[] starts, int count, Side before, Side behind) {
    stamp++;
    int[] stack = Arrays.copyOf(starts, count + 16);
    int depth = count;
    int[] found = new int[16];
    int size = 0;
    while (depth > 0) {
      int number = stack[--depth];
      if (seen[number] == stamp) {
        continue;
      }
      seen[number] = stamp;
      budget.spend(1);
      if (number == Nfa.ALL) {
        return new int[] {Nfa.ACCEPT, Nfa.ALL + 1};
      }
      int[] next = {};
      boolean kept = true;
      if (number != Nfa.ACCEPT) {
        switch (nfa.state(number)) {
          case Nfa.State.Step step -> {}
          case Nfa.State.Split split -> {
            next = split.next();
            kept = false;
          }
          case Nfa.State.Test test -> {
            kept = before == null;
            if (!kept && test.condition().holds(before, behind)) {
              next = new int[] {test.next()};
            }
          }
        }
      }
      if (kept) {
        if (size == found.length) {
          found = Arrays.copyOf(found, 2 * size);
        }
        found[size++] = number;
      }
      if (depth + next.length > stack.length) {
        stack = Arrays.copyOf(stack, 2 * (depth + next.length));
      }
      System.arraycopy(next, 0, stack, depth, next.length);
      depth += next.length;
    }
    int[] members = Arrays.copyOf(found, size);
    Arrays.sort(members);
    return members;
  }
}
