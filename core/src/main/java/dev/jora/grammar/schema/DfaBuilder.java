package dev.jora.grammar.schema;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The table of an automaton while it grows, and the smallest one that does the same. */
final class DfaBuilder {
  /** Of a table, some 16 MB. */
  static final int MAX_CELLS = 4_000_000;

  static final int MAX_STATES = 500_000;

  private final Letters letters;
  private final BitSet accepting = new BitSet();
  private int[] next = new int[64];
  private int size;

  DfaBuilder(Letters letters) {
    this.letters = letters;
  }

  static SchemaException tooLarge() {
    return new SchemaException(
        "it is too large: written out, with each repetition as often as it is allowed, it needs"
            + " more states than jora takes; use fewer or smaller repetitions, or '*'");
  }

  /** A new state, from which nothing leads on as yet. The first one is where a text begins. */
  int add(boolean accepts) {
    int cells = (size + 1) * letters.count();
    if (cells > MAX_CELLS || size == MAX_STATES) {
      throw tooLarge();
    }
    if (cells > next.length) {
      next = Arrays.copyOf(next, Math.max(cells, 2 * next.length));
    }
    Arrays.fill(next, size * letters.count(), cells, Dfa.DEAD);
    accepting.set(size, accepts);
    return size++;
  }

  int size() {
    return size;
  }

  void set(int state, int letter, int target) {
    next[state * letters.count() + letter] = target;
  }

  /** The automaton without states that do nothing or the same as others, in order of walking. */
  Dfa build() {
    int width = letters.count();
    BitSet live = live();
    int[] block = new Partition(next, width, size, live, accepting).blocks();
    int[] number = new int[size + 1];
    Arrays.fill(number, Dfa.DEAD);
    int[] order = new int[size];
    int count = 1;
    number[block[0]] = 0;
    int[] compact = new int[size * width];
    for (int i = 0; i < count; i++) {
      for (int a = 0; a < width; a++) {
        int target = live.get(0) ? next[order[i] * width + a] : Dfa.DEAD;
        int to = Dfa.DEAD;
        if (target >= 0 && live.get(target)) {
          if (number[block[target]] < 0) {
            order[count] = target;
            number[block[target]] = count++;
          }
          to = number[block[target]];
        }
        compact[i * width + a] = to;
      }
    }
    BitSet accepts = new BitSet();
    for (int i = 0; i < count; i++) {
      accepts.set(i, accepting.get(order[i]));
    }
    return joined(compact, count, accepts);
  }

  /** Makes letters one whose columns are the same. */
  private Dfa joined(int[] table, int states, BitSet accepts) {
    int width = letters.count();
    Map<Column, Integer> columns = new HashMap<>();
    int[] classes = new int[width];
    int[] kept = new int[width];
    for (int a = 0; a < width; a++) {
      int[] column = new int[states];
      for (int i = 0; i < states; i++) {
        column[i] = table[i * width + a];
      }
      int fresh = columns.size();
      classes[a] = columns.computeIfAbsent(new Column(column), c -> fresh);
      if (classes[a] == fresh) {
        kept[fresh] = a;
      }
    }
    int[] cells = new int[states * columns.size()];
    for (int i = 0; i < states; i++) {
      for (int a = 0; a < columns.size(); a++) {
        cells[i * columns.size() + a] = table[i * width + kept[a]];
      }
    }
    return new Dfa(letters.join(classes), cells, accepts, states);
  }

  private record Column(int[] targets) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Column column && Arrays.equals(targets, column.targets);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(targets);
    }
  }

  /** States from which a text can be ended. */
  private BitSet live() {
    int width = letters.count();
    int[] heads = new int[size + 1];
    for (int i = 0; i < size * width; i++) {
      if (next[i] >= 0) {
        heads[next[i] + 1]++;
      }
    }
    Arrays.parallelPrefix(heads, Integer::sum);
    int[] sources = new int[heads[size]];
    int[] fill = heads.clone();
    for (int i = 0; i < size * width; i++) {
      if (next[i] >= 0) {
        sources[fill[next[i]]++] = i / width;
      }
    }
    BitSet live = (BitSet) accepting.clone();
    Deque<Integer> todo = new ArrayDeque<>();
    accepting.stream().forEach(todo::add);
    while (!todo.isEmpty()) {
      int state = todo.pop();
      for (int i = heads[state]; i < heads[state + 1]; i++) {
        if (!live.get(sources[i])) {
          live.set(sources[i]);
          todo.push(sources[i]);
        }
      }
    }
    return live;
  }
}
