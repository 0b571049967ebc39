package dev.jora.grammar;

import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Vocab;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

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

  /** The depth of the deepest node below each. */
  private final int[] reaches;

  /** Ids, the longest first. */
  private final int[] byLength;

  /** The tokens that a tokenizer has. */
  public GrammarTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    Vocab vocab = tokenizer.vocab();
    this.bytes = new byte[vocab.size()][];
    IntStream.range(0, bytes.length).parallel().forEach(id -> bytes[id] = text(id));
    for (int id = 0; id < bytes.length; id++) {
      ends.set(id, vocab.isEog(id));
    }
    this.sorted = ByteOrder.sort(bytes);
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
    this.reaches = reaches(depths, nextBranches);
    this.byLength = byLength(sorted, bytes, most);
    firstList.add(sorted.length);
    this.firstTokens = firstList.toArray();
  }

  /** What a token adds to a text, but nothing for those that a grammar must not take for text. */
  private byte[] text(int id) {
    byte[] piece = tokenizer.vocab().isEog(id) ? NONE : tokenizer.piece(id, true);
    return piece.length > 0 && piece[0] == 0 ? NONE : piece;
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

  private static int[] reaches(int[] depths, int[] nextBranches) {
    int[] reaches = depths.clone();
    for (int node = depths.length - 1; node >= 0; node--) {
      for (int child = node + 1; child < nextBranches[node]; child = nextBranches[child]) {
        reaches[node] = Math.max(reaches[node], reaches[child]);
      }
    }
    return reaches;
  }

  private static int[] byLength(int[] ids, byte[][] bytes, int longest) {
    int[] from = new int[longest + 2]; // by how much shorter than the longest
    for (int id : ids) {
      from[longest - bytes[id].length + 1]++;
    }
    for (int i = 0; i <= longest; i++) {
      from[i + 1] += from[i];
    }
    int[] sorted = new int[ids.length];
    for (int id : ids) {
      sorted[from[longest - bytes[id].length]++] = id;
    }
    return sorted;
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

  /** How many bytes lead to a node. */
  int depth(int node) {
    return depths[node];
  }

  /**
   * Walks all nodes that bytes lead to, and sets the tokens that end there.
   *
   * @param starts where it begins; node 0 is the root
   * @param known tokens of at most so many bytes are left out, and nodes as deep
   * @param stacks what is left where it begins
   * @param mask gets the tokens
   * @param ends gets the nodes where the stacks may end; one of them may come more than once
   * @return how deep it has looked
   */
  int walk(int[] starts, int known, Stacks stacks, Automaton automaton, long[] mask, IntList ends) {
    Stacks[] path = new Stacks[longest + 1];
    int reach = 0;
    for (int start : starts) {
      path[depths[start]] = stacks;
      if (stacks.finished && depths[start] > known) {
        ends.add(start);
      }
      int end = nextBranches[start];
      int node = start + 1;
      while (node < end) {
        int depth = depths[node];
        reach = Math.max(reach, depth);
        if (reaches[node] <= known) {
          node = nextBranches[node];
          continue;
        }
        Stacks next = automaton.step(path[depth - 1], units[node] & 0xff);
        if (next.isDead()) {
          node = nextBranches[node];
          continue;
        }
        path[depth] = next;
        if (depth > known) {
          if (next.mayStop) {
            addTokens(firstTokens[node], firstTokens[node + 1], mask);
          }
          if (next.finished) {
            ends.add(node);
          }
        }
        node++;
      }
    }
    return reach;
  }

  private void addTokens(int from, int to, long[] mask) {
    for (int i = from; i < to; i++) {
      mask[sorted[i] >> 6] |= 1L << sorted[i];
    }
  }

  /** Adds those tokens of a mask that have at most so many bytes. */
  void addShort(long[] from, int length, long[] to) {
    long[] kept = from.clone();
    for (int i = 0; i < byLength.length && bytes[byLength[i]].length > length; i++) {
      kept[byLength[i] >> 6] &= ~(1L << byLength[i]);
    }
    for (int i = 0; i < to.length; i++) {
      to[i] |= kept[i];
    }
  }
}
