package dev.jora.grammar;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Masks of sets of stacks. What the top position of a stack decides alone is worked out once for
 * each position; only tokens that reach beyond the rule are followed into the stack below it. Not
 * for two threads at a time.
 */
final class TokenMasks {
  private static final int REMEMBERED = 1024;

  /**
   * What a position decides.
   *
   * @param inside the tokens that fit, whatever lies below
   * @param exits nodes where the rule has ended, so that what lies below goes on
   */
  private record Decided(long[] inside, int[] exits) {}

  private final Program program;
  private final Automaton automaton;
  private final GrammarTokens tokens;
  private final int[] asked;
  private final Map<Integer, Decided> decided = latest();
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
      Decided here = decided(top.position);
      for (int i = 0; i < words.length; i++) {
        words[i] |= here.inside()[i];
      }
      if (top.parent != null && here.exits().length > 0) {
        Stacks below = automaton.ahead(top.parent);
        for (int node : here.exits()) {
          tokens.walk(node, below, automaton, (n, s) -> tokens.addTokens(n, s, words));
        }
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

  private Decided decided(int position) {
    Decided known = decided.get(position);
    if (known == null) {
      long[] inside = empty();
      IntList exits = new IntList();
      tokens.walk(
          0,
          automaton.at(position),
          automaton,
          (node, stacks) -> {
            tokens.addTokens(node, stacks, inside);
            if (stacks.finished) {
              exits.add(node);
            }
          });
      known = new Decided(inside, exits.toArray());
      decided.put(position, known);
    }
    return known;
  }
}
