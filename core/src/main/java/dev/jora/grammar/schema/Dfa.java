package dev.jora.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A set of texts: the smallest deterministic automaton over Unicode characters that accepts them,
 * always the same one for the same set. Operations that need too large a one are refused with a
 * {@link SchemaException}.
 */
final class Dfa {
  /** Where a text is that cannot become one of the set. */
  static final int DEAD = -1;

  private static final Dfa ANY = length(0, -1);

  private final Letters letters;
  private final int[] next;
  private final BitSet accepting;
  private final int states;

  /** What {@link DfaBuilder#build} has made; state 0 is where a text begins. */
  Dfa(Letters letters, int[] next, BitSet accepting, int states) {
    this.letters = letters;
    this.next = next;
    this.accepting = accepting;
    this.states = states;
  }

  /** All texts. */
  static Dfa any() {
    return ANY;
  }

  /** No text. */
  static Dfa none() {
    return of(List.of());
  }

  /** These texts; those with half a surrogate pair are none. */
  static Dfa of(Collection<String> words) {
    List<CharSet> used =
        words.stream()
            .flatMapToInt(String::codePoints)
            .distinct()
            .mapToObj(c -> CharSet.range(c, c))
            .toList();
    Letters letters = Letters.of(used);
    DfaBuilder trie = new DfaBuilder(letters);
    List<Map<Integer, Integer>> edges = new ArrayList<>(List.of(new HashMap<>()));
    BitSet ends = new BitSet();
    for (String word : words) {
      if (!word.codePoints().allMatch(Letters::isCharacter)) {
        continue;
      }
      int state = 0;
      for (int c : word.codePoints().toArray()) {
        int fresh = edges.size();
        state = edges.get(state).computeIfAbsent(letters.letter(c), l -> fresh);
        if (state == fresh) {
          edges.add(new HashMap<>());
        }
      }
      ends.set(state);
    }
    for (int i = 0; i < edges.size(); i++) {
      int state = trie.add(ends.get(i));
      edges.get(i).forEach((letter, target) -> trie.set(state, letter, target));
    }
    return trie.build();
  }

  /**
   * Texts of some length.
   *
   * @param min in characters
   * @param max in characters, −1 for any length
   */
  static Dfa length(int min, int max) {
    DfaBuilder chain = new DfaBuilder(Letters.ONE);
    int last = max < 0 ? min : max;
    for (int i = 0; i <= last; i++) {
      chain.add(i >= min);
      if (i > 0) {
        chain.set(i - 1, 0, i);
      }
    }
    if (max < 0) {
      chain.set(last, 0, last);
    }
    return chain.build();
  }

  Dfa and(Dfa other) {
    return and(other, Integer.MAX_VALUE);
  }

  /** The same; null if more pairs of states than {@code most} go together. */
  Dfa and(Dfa other, int most) {
    return product(other, true, false, false, most);
  }

  Dfa or(Dfa other) {
    return or(other, Integer.MAX_VALUE);
  }

  /** The same; null if more pairs of states than {@code most} go together. */
  Dfa or(Dfa other, int most) {
    return product(other, true, true, true, most);
  }

  /** The texts of this set that are not of the other. */
  Dfa minus(Dfa other) {
    return product(other, false, true, false, Integer.MAX_VALUE);
  }

  /** All texts that are not of this set. */
  Dfa not() {
    return ANY.minus(this);
  }

  /** The texts that are in both sets, in this one only, in the other one only: as asked for. */
  private Dfa product(Dfa other, boolean both, boolean left, boolean right, int most) {
    Letters.Merged merged = letters.merge(other.letters);
    DfaBuilder builder = new DfaBuilder(merged.letters());
    Map<Long, Integer> numbers = new HashMap<>();
    Deque<int[]> todo = new ArrayDeque<>();
    todo.add(new int[] {0, 0});
    numbers.put(0L, builder.add(accepts(other, 0, 0, both, left, right)));
    while (!todo.isEmpty()) {
      int[] pair = todo.pop();
      int from = numbers.get((long) pair[0] << 32 | pair[1] & 0xffffffffL);
      for (int a = 0; a < merged.letters().count(); a++) {
        int mine = next(pair[0], merged.left()[a]);
        int others = other.next(pair[1], merged.right()[a]);
        if (mine == DEAD && !right || others == DEAD && !left || mine + others == 2 * DEAD) {
          continue;
        }
        Integer to = numbers.get((long) mine << 32 | others & 0xffffffffL);
        if (to == null) {
          if (builder.size() >= most) {
            return null;
          }
          to = builder.add(accepts(other, mine, others, both, left, right));
          numbers.put((long) mine << 32 | others & 0xffffffffL, to);
          todo.push(new int[] {mine, others});
        }
        builder.set(from, a, to);
      }
    }
    return builder.build();
  }

  private boolean accepts(
      Dfa other, int mine, int others, boolean both, boolean left, boolean right) {
    boolean in = accepts(mine);
    return other.accepts(others) ? in ? both : right : in && left;
  }

  /** True if no text is in the set. */
  boolean isEmpty() {
    return accepting.isEmpty();
  }

  /** True if there is a longest text. */
  boolean isFinite() {
    int[] into = new int[states];
    for (int target : next) {
      if (target >= 0) {
        into[target]++;
      }
    }
    Deque<Integer> todo = new ArrayDeque<>();
    if (into[0] == 0) {
      todo.add(0);
    }
    int ordered = 0;
    while (!todo.isEmpty()) {
      int state = todo.pop();
      ordered++;
      for (int a = 0; a < letters.count(); a++) {
        int target = next(state, a);
        if (target >= 0 && --into[target] == 0) {
          todo.push(target);
        }
      }
    }
    return ordered == states;
  }

  boolean matches(String text) {
    int state = 0;
    for (int c : text.codePoints().toArray()) {
      int letter = letters.letter(c);
      state = letter < 0 ? DEAD : next(state, letter);
      if (state == DEAD) {
        return false;
      }
    }
    return accepts(state);
  }

  /** How many states there are, numbered from 0, with which a text begins. */
  int states() {
    return states;
  }

  Letters letters() {
    return letters;
  }

  boolean accepts(int state) {
    return state >= 0 && accepting.get(state);
  }

  /** Where a letter leads, maybe {@link #DEAD}. */
  int next(int state, int letter) {
    return state < 0 ? DEAD : next[state * letters.count() + letter];
  }

  /** Where a state leads, and with which characters. */
  Map<Integer, CharSet> ways(int state) {
    Map<Integer, boolean[]> by = new LinkedHashMap<>();
    for (int a = 0; a < letters.count(); a++) {
      if (next(state, a) != DEAD) {
        by.computeIfAbsent(next(state, a), t -> new boolean[letters.count()])[a] = true;
      }
    }
    Map<Integer, CharSet> ways = new LinkedHashMap<>();
    by.forEach((target, wanted) -> ways.put(target, letters.chars(wanted)));
    return ways;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dfa dfa
        && Arrays.equals(next, dfa.next)
        && accepting.equals(dfa.accepting)
        && Arrays.equals(letters.firsts(), dfa.letters.firsts())
        && Arrays.equals(letters.letters(), dfa.letters.letters());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(next) * 31 + accepting.hashCode();
  }

  /**
   * Rules in GBNF for a JSON string, with its quotes, whose value is in this set, which is not
   * empty. A character may be written as it is, or as an escape of one letter if it has one; a
   * control also as {@code \\u00HH}, and where any character may come, it may be written as any
   * escape that stands for a character.
   *
   * @param rule its name; other rules have names that begin with it and a '-'
   */
  String jsonString(String rule) {
    return new DfaRules(this, rule, true).text();
  }

  /** Rules in GBNF for the texts of this set, which is not empty, as they are. */
  String plain(String rule) {
    return new DfaRules(this, rule, false).text();
  }
}
