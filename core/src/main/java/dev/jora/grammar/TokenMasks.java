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
   * @param reach no token was looked at beyond this many bytes
   * @param below what is decided when the position below is known too
   */
  private record Decided(long[] inside, int[] exits, int reach, Map<Integer, Decided> below) {}

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
    if (decisions > REMEMBERED) {
      decided.clear();
      decisions = 0;
    }
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
    Decided known = decided(null, top.position);
    for (Frame frame = top.parent; frame != null && known.exits().length > 0; ) {
      known = decided(known, frame.position);
      frame = frame.parent;
    }
    return known;
  }

  /** What is decided when one more position is known; {@code above} is null for the top one. */
  private Decided decided(Decided above, int position) {
    Map<Integer, Decided> all = above == null ? decided : above.below();
    Decided known = all.get(position);
    if (known == null) {
      known = decide(above, position);
      all.put(position, known);
    }
    return known;
  }

  /**
   * Adds the tokens that a position lets follow where the rule above it has ended. Where a copy of
   * a repetition does the same as the first copy, only longer tokens are looked at.
   */
  private Decided decide(Decided above, int position) {
    int[] nodes = above == null ? new int[] {0} : above.exits();
    long[] inside = above == null ? empty() : above.inside().clone();
    IntList exits = new IntList();
    int same = program.alike()[position];
    if (program.like()[position] == position || same <= 0) {
      same = -1;
    } else {
      Decided first = decided(above, program.like()[position]);
      if (first.reach() <= same) {
        return first;
      }
      tokens.addShort(first.inside(), same, inside);
      for (int node : first.exits()) {
        if (tokens.depth(node) <= same) {
          exits.add(node);
        }
      }
    }
    decisions++;
    int reach = tokens.walk(nodes, same, automaton.at(position), automaton, inside, exits);
    return new Decided(inside, exits.sorted(), reach, new HashMap<>());
  }
}
