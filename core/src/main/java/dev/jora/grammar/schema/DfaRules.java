package dev.jora.grammar.schema;

import dev.jora.grammar.GbnfText;
import dev.jora.grammar.Grammar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An automaton as GBNF. A state is a rule that ends with the rule of the next one, which needs no
 * stack; a state that only one other leads to, as its only way on, is written out behind it.
 */
final class DfaRules {
  /** A set of more ranges than this is a rule. */
  private static final int MAX_INLINE = 8;

  private static final int UNBOUNDED = -1;

  /** What leads from a state to another. */
  private record Edge(CharSet chars, int target) {}

  /**
   * A part of a rule.
   *
   * @param text an item, or the characters of a literal
   */
  private record Item(String text, boolean literal, int min, int max) {
    static Item once(String text) {
      return new Item(text, false, 1, 1);
    }

    boolean isSame(Item other) {
      return !literal && !other.literal && text.equals(other.text);
    }

    Item with(Item other) {
      boolean unbounded = max == UNBOUNDED || other.max == UNBOUNDED;
      return new Item(
          text, false, min + other.min, unbounded ? UNBOUNDED : Math.addExact(max, other.max));
    }

    String written() {
      if (literal) {
        return GbnfText.literal(text);
      }
      if (max == UNBOUNDED) {
        return text + (min == 0 ? "*" : min == 1 ? "+" : "{" + min + ",}");
      }
      if (min == max) {
        return min == 1 ? text : text + "{" + min + "}";
      }
      return max == 1 ? text + "?" : text + "{" + min + "," + max + "}";
    }
  }

  private final Dfa dfa;
  private final String rule;
  private final boolean json;
  private final String end;
  private final List<List<Edge>> edges = new ArrayList<>();
  private final List<CharSet> loops = new ArrayList<>();

  /** How many other states lead to a state. */
  private final int[] into;

  private final Map<Integer, String> names = new HashMap<>();
  private final Deque<Integer> todo = new ArrayDeque<>();
  private final Map<CharSet, String> sets = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  DfaRules(Dfa dfa, String rule, boolean json) {
    if (dfa.isEmpty()) {
      throw new IllegalStateException("no text is in this set: no rule allows just that");
    }
    this.dfa = dfa;
    this.rule = rule;
    this.json = json;
    this.end = json ? "\"" : "";
    this.into = new int[dfa.states()];
    for (int state = 0; state < dfa.states(); state++) {
      addEdges(state);
    }
    check();
  }

  /** Refuses what has too many positions even if each takes no more room than it must. */
  private void check() {
    long least = 0;
    for (int state = 0; state < dfa.states(); state++) {
      int ways = edges.get(state).size();
      least += ways < 2 ? 1 : 2L * ways; // each way is a character and the call of a rule
    }
    if (least > Grammar.MAX_POSITIONS) {
      throw DfaBuilder.tooLarge();
    }
  }

  private void addEdges(int state) {
    List<Edge> list = new ArrayList<>();
    loops.add(CharSet.NONE);
    dfa.ways(state)
        .forEach(
            (target, chars) -> {
              if (target == state) {
                loops.set(state, chars);
              } else {
                list.add(new Edge(chars, target));
                into[target]++;
              }
            });
    edges.add(list);
  }

  /** The rules, each a line. */
  String text() {
    List<Item> items = new ArrayList<>();
    if (json) {
      items.add(new Item("\"", true, 1, 1));
    }
    if (into[0] == 0) {
      body(0, items);
    } else {
      items.addAll(reference(0));
    }
    write(rule, items);
    while (!todo.isEmpty()) {
      int state = todo.poll();
      List<Item> body = new ArrayList<>();
      body(state, body);
      write(names.get(state), body);
    }
    sets.forEach(
        (set, name) ->
            out.append(name)
                .append(" ::= ")
                .append(
                    !json
                        ? Gbnf.chars(set)
                        : set.equals(CharSet.ANY) ? Gbnf.anyJsonCharacter() : Gbnf.jsonChars(set))
                .append('\n'));
    return out.toString();
  }

  private void write(String name, List<Item> items) {
    out.append(name).append(" ::= ").append(joined(items)).append('\n');
  }

  private static String joined(List<Item> items) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items.size(); ) {
      Item item = items.get(i++);
      StringBuilder literal = new StringBuilder(item.text());
      while (i < items.size() && (item.literal() && items.get(i).literal())) {
        literal.append(items.get(i++).text());
      }
      while (i < items.size() && item.isSame(items.get(i))) {
        item = item.with(items.get(i++));
      }
      Item whole = item.literal() ? new Item(literal.toString(), true, 1, 1) : item;
      text.append(text.isEmpty() ? "" : " ").append(whole.written());
    }
    return text.isEmpty() ? "\"\"" : text.toString();
  }

  /** All that may follow a state. */
  private void body(int from, List<Item> items) {
    int state = from;
    while (true) {
      if (!loops.get(state).isEmpty()) {
        items.add(repeated(loops.get(state), UNBOUNDED));
      }
      List<Edge> ways = edges.get(state);
      if (ways.size() == 1 && !dfa.accepts(state)) {
        Edge way = ways.getFirst();
        items.add(item(way.chars()));
        state = way.target();
        if (into[state] > 1) {
          items.addAll(reference(state));
          return;
        }
      } else if (ways.isEmpty()) {
        items.add(new Item(end, true, 1, 1));
        return;
      } else {
        Item run = run(state);
        if (run != null) {
          items.add(run);
          items.add(new Item(end, true, 1, 1));
        } else {
          alternatives(state, items);
        }
        return;
      }
    }
  }

  private void alternatives(int state, List<Item> items) {
    List<String> ways = new ArrayList<>();
    for (Edge way : edges.get(state)) {
      List<Item> one = new ArrayList<>();
      one.add(item(way.chars()));
      one.addAll(reference(way.target()));
      ways.add(joined(one));
    }
    if (dfa.accepts(state)) {
      ways.add(GbnfText.literal(end));
    }
    String all = String.join(" | ", ways);
    items.add(Item.once(items.isEmpty() || ways.size() == 1 ? all : "(" + all + ")"));
  }

  /** From here up to so many characters of one set, if the text may end behind each; else null. */
  private Item run(int from) {
    int state = from;
    int length = 0;
    CharSet chars = null;
    while (dfa.accepts(state) && (state == from || loops.get(state).isEmpty())) {
      List<Edge> ways = edges.get(state);
      if (ways.isEmpty()) {
        return repeated(chars, length);
      }
      Edge way = ways.getFirst();
      if (ways.size() > 1
          || into[way.target()] > 1
          || chars != null && !chars.equals(way.chars())) {
        return null;
      }
      chars = way.chars();
      state = way.target();
      length++;
    }
    return null;
  }

  /** What leads on to a state: its rule, or the end if there is no more. */
  private List<Item> reference(int state) {
    if (edges.get(state).isEmpty() && loops.get(state).isEmpty()) {
      return List.of(new Item(end, true, 1, 1));
    }
    String name = names.get(state);
    if (name == null) {
      name = rule + '-' + (names.size() + 1);
      names.put(state, name);
      todo.add(state);
    }
    return List.of(Item.once(name));
  }

  private Item repeated(CharSet chars, int max) {
    Item once = item(chars);
    String text = once.literal() ? GbnfText.literal(once.text()) : once.text();
    return new Item(text, false, 0, max);
  }

  /** One character of a set. */
  private Item item(CharSet set) {
    boolean raw = !json || Gbnf.isRaw(set);
    if (raw && set.ranges() == 1 && set.first(0) == set.last(0)) {
      return new Item(Character.toString(set.first(0)), true, 1, 1);
    }
    if (raw && set.ranges() <= MAX_INLINE) {
      return Item.once(Gbnf.chars(set));
    }
    String name = sets.get(set);
    if (name == null) {
      name = rule + '-' + (set.equals(CharSet.ANY) ? "char" : "c" + (sets.size() + 1));
      sets.put(set, name);
    }
    return Item.once(name);
  }
}
