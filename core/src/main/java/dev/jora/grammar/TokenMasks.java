package dev.jora.grammar;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Masks of sets of stacks. What the top position of a stack decides alone is worked out once for
 * each position; for tokens that reach beyond the rule, with the position below it, and so on. Not
 * for two threads at a time.
 */
final class TokenMasks {
  private static final int REMEMBERED = 1024;

  /**
   * What the positions on top of a stack decide.
   *
   * @param inside the tokens that fit, whatever lies below
   * @param exits nodes where the rule has ended, so that what lies below goes on
   * @param below what is decided when the position below is known too
   */
  private record Decided(long[] inside, int[] exits, Map<Integer, Decided> below) {}

  private final Program program;
  private final Automaton automaton;
  private final GrammarTokens tokens;
  private final int[] asked;
  private final Map<Integer, Decided> decided = new HashMap<>();
  private int decisions;
  private final Map<Stacks, TokenMask> masks = latest();

  /** {@code asked}: the ids of the program's tokens. */
  TokenMasks(Program program, Automaton automaton, GrammarTokens tokens, int[] asked) {
    this.program = program;
    this.automaton = automaton;
    this.tokens = tokens;
    this.asked = asked;
  }

  private static <K, V> Map<K, V> latest() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /** The tokens that may come next. */
  TokenMask of(Stacks stacks) {
    TokenMask mask = masks.get(stacks);
    if (mask == null) {
      mask = new TokenMask(words(stacks), tokens.size());
      masks.put(stacks, mask);
    }
    return mask;
  }

  private long[] empty() {
    return new long[tokens.size() + 63 >> 6];
  }

  private long[] words(Stacks stacks) {
    long[] words = empty();
    if (stacks.finished) {
      tokens.addEnds(words);
    }
    for (Frame top : stacks.tops) {
      if (program.kinds()[top.position] == Program.TOKEN) {
        addAsked(program.first()[top.position], words);
        continue;
      }
      long[] inside = decided(top).inside();
      for (int i = 0; i < words.length; i++) {
        words[i] |= inside[i];
      }
    }
    return words;
  }

  private void addAsked(int index, long[] words) {
    int id = asked[index];
    if (!program.tokens()[index].negated()) {
      words[id >> 6] |= 1L << id;
      return;
    }
    for (int other = 0; other < tokens.size(); other++) {
      if (asks(index, other)) {
        words[other >> 6] |= 1L << other;
      }
    }
  }

  /** True if a token of the program asks for this token. */
  boolean asks(int index, int id) {
    return program.tokens()[index].negated()
        ? asked[index] != id && tokens.bytes(id).length > 0
        : asked[index] == id;
  }

  /** Goes down a stack until what lies below makes no difference. */
  private Decided decided(Frame top) {
    Decided known = decided.get(top.position);
    if (known == null) {
      if (decisions > REMEMBERED) {
        decided.clear();
        decisions = 0;
      }
      known = decide(empty(), new int[] {0}, top.position);
      decided.put(top.position, known);
    }
    for (Frame frame = top.parent; frame != null && known.exits().length > 0; ) {
      Decided next = known.below().get(frame.position);
      if (next == null) {
        next = decide(known.inside().clone(), known.exits(), frame.position);
        known.below().put(frame.position, next);
      }
      known = next;
      frame = frame.parent;
    }
    return known;
  }

  /** Adds the tokens that a position lets follow on some nodes. */
  private Decided decide(long[] inside, int[] nodes, int position) {
    decisions++;
    IntList exits = new IntList();
    Stacks here = automaton.at(position);
    for (int from : nodes) {
      if (here.finished) {
        exits.add(from);
      }
      tokens.walk(
          from,
          here,
          automaton,
          (node, stacks) -> {
            tokens.addTokens(node, stacks, inside);
            if (stacks.finished) {
              exits.add(node);
            }
          });
    }
    return new Decided(inside, exits.toArray(), new HashMap<>());
  }
}
