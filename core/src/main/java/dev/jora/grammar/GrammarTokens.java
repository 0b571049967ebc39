package dev.jora.grammar;

import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Vocab;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The tokens of a vocabulary as a tree of their bytes, its nodes in the order of a walk: children
 * behind their parent, so a branch that does not fit is left by one jump. Immutable; any number of
 * grammars may use it.
 */
public final class GrammarTokens {
  private static final byte[] NONE = {};

  private final Tokenizer tokenizer;
  private final byte[][] bytes;
  private final BitSet ends = new BitSet();
  private final int longest;

  /** Ids in the order of their bytes, which is the order of the nodes where they end. */
  private final int[] sorted;

  private final byte[] units;
  private final int[] depths;
  private final int[] nextBranches;
  private final int[] firstTokens;

  /** The tokens that a tokenizer has. */
  public GrammarTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    Vocab vocab = tokenizer.vocab();
    this.bytes = new byte[vocab.size()][];
    for (int id = 0; id < bytes.length; id++) {
      ends.set(id, vocab.isEog(id));
      byte[] piece = tokenizer.piece(id, true);
      bytes[id] = vocab.isEog(id) || piece.length > 0 && piece[0] == 0 ? NONE : piece;
    }
    Integer[] ids = new Integer[bytes.length];
    Arrays.setAll(ids, id -> id);
    ids = Arrays.stream(ids).filter(id -> bytes[id].length > 0).toArray(Integer[]::new);
    Arrays.sort(ids, (a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
    this.sorted = Arrays.stream(ids).mapToInt(Integer::intValue).toArray();
    IntList unitList = new IntList();
    IntList depthList = new IntList();
    IntList firstList = new IntList();
    unitList.add(0);
    depthList.add(0);
    firstList.add(0);
    byte[] before = NONE;
    int most = 0;
    for (int i = 0; i < sorted.length; i++) {
      byte[] token = bytes[sorted[i]];
      int mismatch = Arrays.mismatch(before, token);
      int common = mismatch < 0 ? token.length : mismatch; // −1: the same bytes
      for (int depth = common; depth < token.length; depth++) {
        unitList.add(token[depth]);
        depthList.add(depth + 1);
        firstList.add(i);
      }
      most = Math.max(most, token.length);
      before = token;
    }
    this.longest = most;
    this.depths = depthList.toArray();
    this.units = new byte[depths.length];
    for (int node = 0; node < units.length; node++) {
      units[node] = (byte) unitList.get(node);
    }
    this.nextBranches = nextBranches(depths, most);
    firstList.add(sorted.length);
    this.firstTokens = firstList.toArray();
  }

  /** For each node the first behind it that is not below it. */
  private static int[] nextBranches(int[] depths, int longest) {
    int[] next = new int[depths.length];
    int[] open = new int[longest + 1];
    int deepest = -1;
    for (int node = 0; node < depths.length; node++) {
      for (; deepest >= depths[node]; deepest--) {
        next[open[deepest]] = node;
      }
      deepest = depths[node];
      open[deepest] = node;
    }
    for (; deepest >= 0; deepest--) {
      next[open[deepest]] = depths.length;
    }
    return next;
  }

  /** Number of tokens. */
  public int size() {
    return bytes.length;
  }

  /** What a token adds to a text; nothing if it never may come as text. */
  byte[] bytes(int id) {
    return id >= 0 && id < bytes.length ? bytes[id] : NONE;
  }

  /** True if the token ends a text. */
  boolean isEnd(int id) {
    return id >= 0 && ends.get(id);
  }

  /** True if some token ends a text. */
  boolean hasEnds() {
    return !ends.isEmpty();
  }

  /** Sets the tokens that end a text. */
  void addEnds(long[] mask) {
    ends.stream().forEach(id -> mask[id >> 6] |= 1L << id);
  }

  /** The id that a token of a grammar means. */
  int id(Expression.Token token) {
    if (token.name() == null) {
      if (token.id() >= size()) {
        throw new GrammarException(
            token.place(),
            "there is no token " + token.id() + ": the vocabulary has " + size() + " tokens");
      }
      return token.id();
    }
    int[] ids = tokenizer.encode(token.name(), false, true);
    if (ids.length != 1) {
      throw new GrammarException(
          token.place(),
          "'"
              + token.name()
              + "' is no token of the vocabulary, but "
              + ids.length
              + " in a row; write text as \"…\"");
    }
    return ids[0];
  }

  /** What a walk finds. */
  interface Visitor {
    /** The stacks that bytes from {@code from} to the node leave; the walk goes on unless dead. */
    void visit(int node, Stacks stacks);
  }

  /** Number of nodes; the root is node 0. */
  int nodes() {
    return units.length;
  }

  /** Walks all nodes below one that the automaton can come to. */
  void walk(int from, Stacks stacks, Automaton automaton, Visitor visitor) {
    Stacks[] path = new Stacks[longest + 1];
    path[depths[from]] = stacks;
    int end = nextBranches[from];
    int node = from + 1;
    while (node < end) {
      int depth = depths[node];
      Stacks next = automaton.step(path[depth - 1], units[node] & 0xff);
      if (next.isDead()) {
        node = nextBranches[node];
      } else {
        path[depth] = next;
        visitor.visit(node, next);
        node++;
      }
    }
  }

  /** Sets the tokens that end at a node, if tokens may end there. */
  void addTokens(int node, Stacks stacks, long[] mask) {
    if (!stacks.mayStop) {
      return;
    }
    for (int i = firstTokens[node]; i < firstTokens[node + 1]; i++) {
      mask[sorted[i] >> 6] |= 1L << sorted[i];
    }
  }
}
