package dev.jora.grammar;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Masks of sets of stacks. What the top position of a stack decides alone is worked out once for
 * each position; for tokens that reach beyond the rule, with the position below it, and so on. Not
 * for two threads at a time.
 */
final class TokenMasks {
  /** Masks that are remembered by state. */
  private static final int REMEMBERED = 1024;

  /** Bytes of decisions that are remembered. */
  private static final long MAX_BYTES = 64 << 20;

  /** What the positions on top of a stack decide. */
  private static final class Decided {
    /** The tokens that fit, whatever lies below. */
    final long[] inside;

    /** Nodes where the rule has ended, so that what lies below goes on. */
    final int[] exits;

    /** No token was looked at beyond this many bytes. */
    final int reach;

    /** What is decided when the position below is known too. */
    final Map<Integer, Decided> below = new HashMap<>();

    Decided(long[] inside, int[] exits, int reach) {
      this.inside = inside;
      this.exits = exits;
      this.reach = reach;
    }
  }

  private final Program program;
  private final Automaton automaton;
  private final GrammarTokens tokens;
  private final TokenTree tree;
  private final int[] asked;
  private final Map<Integer, Decided> decided = new HashMap<>();
  private long bytes;
  private final Map<Stacks, TokenMask> masks = latest();

  /** By what they are made of: many states are new, but of the same parts as others. */
  private final Map<Set<Object>, TokenMask> made = latest();

  /** {@code asked}: the ids of the program's tokens. */
  TokenMasks(Program program, Automaton automaton, GrammarTokens tokens, int[] asked) {
    this.program = program;
    this.automaton = automaton;
    this.tokens = tokens;
    this.tree = tokens.tree();
    this.asked = asked;
  }

  private static <K> Map<K, TokenMask> latest() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, TokenMask> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /** The tokens that may come next. */
  TokenMask of(Stacks stacks) {
    TokenMask mask = masks.get(stacks);
    if (mask == null) {
      Set<Object> parts = parts(stacks);
      mask = made.get(parts);
      if (mask == null) {
        mask = new TokenMask(words(parts), tokens.size());
        made.put(parts, mask);
      }
      masks.put(stacks, mask);
    }
    return mask;
  }

  private long[] empty() {
    return new long[tokens.size() + 63 >> 6];
  }

  /** What decides: a Decided for each stack, or the index of a token; true for an end. */
  private Set<Object> parts(Stacks stacks) {
    if (bytes > MAX_BYTES) {
      decided.clear();
      made.clear();
      bytes = 0;
    }
    Set<Object> parts = new HashSet<>();
    if (stacks.finished) {
      parts.add(true);
    }
    for (Frame top : stacks.tops) {
      boolean isToken = program.kinds()[top.position] == Program.TOKEN;
      parts.add(isToken ? (Object) program.first()[top.position] : decided(top));
    }
    return parts;
  }

  private long[] words(Set<Object> parts) {
    if (parts.size() == 1 && parts.iterator().next() instanceof Decided only) {
      return only.inside;
    }
    long[] words = empty();
    for (Object part : parts) {
      switch (part) {
        case Decided more -> {
          for (int i = 0; i < words.length; i++) {
            words[i] |= more.inside[i];
          }
        }
        case Integer index -> addAsked(index, words);
        default -> tokens.addEnds(words);
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
    for (Frame frame = top.parent; frame != null && known.exits.length > 0; ) {
      known = decided(known, frame.position);
      frame = frame.parent;
    }
    return known;
  }

  /** What is decided when one more position is known; {@code above} is null for the top one. */
  private Decided decided(Decided above, int position) {
    Map<Integer, Decided> all = above == null ? decided : above.below;
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
    int[] nodes = above == null ? new int[] {0} : above.exits;
    long[] inside = above == null ? empty() : above.inside.clone();
    IntList exits = new IntList();
    int same = program.alike()[position];
    if (program.like()[position] == position || same <= 0) {
      same = -1;
    } else {
      Decided first = decided(above, program.like()[position]);
      if (first.reach <= same) {
        return first;
      }
      tree.addShort(first.inside, same, inside);
      for (int node : first.exits) {
        if (tree.depth(node) <= same) {
          exits.add(node);
        }
      }
    }
    int reach = tree.walk(nodes, same, automaton.at(position), automaton, inside, exits);
    Decided decision = new Decided(inside, exits.sorted(), reach);
    bytes += 8L * inside.length + 4L * decision.exits.length;
    return decision;
  }
}
