package dev.jora.grammar;

import java.util.Arrays;

/**
 * Tokens as a tree of their bytes, its nodes in the order of a walk: children behind their parent,
 * so a branch that does not fit is left by one jump.
 */
final class TokenTree {
  /** So often a loop is gone before it is worth knowing what goes round in it. */
  private static final int LOOPS = 32;

  /** Ids in the order of their bytes, which is the order of the nodes where they end. */
  private final int[] sorted;

  private final byte[] units;
  private final int[] depths;
  private final int[] nextBranches;
  private final int[] firstTokens;

  /** The depth of the deepest node below each. */
  private final int[] reaches;

  /** Groups of the characters that begin at a node and below it, see {@link ByteGroups}. */
  private final int[] groups;

  private final int longest;

  /** The tree of all texts that are not empty; the id of a token is its index. */
  TokenTree(byte[][] bytes) {
    this.sorted = ByteOrder.sort(bytes);
    int[] common = new int[sorted.length];
    byte[] before = {};
    int nodes = 1;
    int most = 0;
    for (int i = 0; i < sorted.length; i++) {
      byte[] token = bytes[sorted[i]];
      int mismatch = Arrays.mismatch(before, token);
      common[i] = mismatch < 0 ? token.length : mismatch; // −1: the same bytes
      nodes += token.length - common[i];
      most = Math.max(most, token.length);
      before = token;
    }
    this.longest = most;
    this.units = new byte[nodes];
    this.depths = new int[nodes];
    this.firstTokens = new int[nodes + 1];
    this.groups = new int[nodes];
    int[] missing = new int[most + 1]; // by depth, bytes of the character
    int node = 1;
    for (int i = 0; i < sorted.length; i++) {
      byte[] token = bytes[sorted[i]];
      for (int depth = common[i]; depth < token.length; depth++) {
        int unit = token[depth] & 0xff;
        if (missing[depth] > 0 && ByteGroups.follows(token[depth - 1] & 0xff, unit)) {
          missing[depth + 1] = missing[depth] - 1;
          groups[node] = ByteGroups.WITHIN;
        } else {
          missing[depth + 1] = ByteGroups.length(unit) - 1;
          groups[node] = ByteGroups.of(unit) | (missing[depth] > 0 ? ByteGroups.NONE : 0);
        }
        units[node] = token[depth];
        depths[node] = depth + 1;
        firstTokens[node++] = i;
      }
    }
    firstTokens[nodes] = sorted.length;
    this.nextBranches = new int[nodes];
    this.reaches = depths.clone();
    close();
  }

  /** Finds for each node the first behind it that is not below it, and how deep it reaches. */
  private void close() {
    int[] open = new int[longest + 1];
    int deepest = 0;
    for (int node = 1; node <= depths.length; node++) {
      int depth = node < depths.length ? depths[node] : 0;
      for (; deepest >= depth && deepest > 0; deepest--) {
        int done = open[deepest];
        int parent = open[deepest - 1];
        nextBranches[done] = node;
        reaches[parent] = Math.max(reaches[parent], reaches[done]);
        groups[parent] |= groups[done] & ~ByteGroups.WITHIN;
      }
      deepest = depth;
      open[deepest] = node < depths.length ? node : 0;
    }
    nextBranches[0] = depths.length;
  }

  /** How many bytes lead to a node. */
  int depth(int node) {
    return depths[node];
  }

  /**
   * Walks all nodes that bytes lead to, and sets the tokens that end there.
   *
   * @param starts where it begins; node 0 is the root
   * @param known tokens of at most so many bytes are left out, and branches of only such
   * @param stacks what is left where it begins
   * @param mask gets the tokens
   * @param ends gets the nodes with others below them where the stacks may end; one of them may
   *     come more than once
   * @return how deep it has looked
   */
  int walk(int[] starts, int known, Stacks stacks, Automaton automaton, long[] mask, IntList ends) {
    Stacks[] path = new Stacks[longest + 1];
    int reach = 0;
    for (int start : starts) {
      path[depths[start]] = stacks;
      int end = nextBranches[start];
      if (stacks.finished && end > start + 1) {
        ends.add(start);
      }
      int node = start + 1;
      while (node < end) {
        int depth = depths[node];
        reach = Math.max(reach, depth);
        if (reaches[node] <= known) {
          node = nextBranches[node];
          continue;
        }
        Stacks before = path[depth - 1];
        if ((groups[node] & ~before.passing) == 0) {
          reach = Math.max(reach, reaches[node]);
          addTokens(firstTokens[node], firstTokens[nextBranches[node]], mask);
          node = nextBranches[node]; // all of it fits: nothing that lies below can add to it
          continue;
        }
        Stacks next = automaton.step(before, units[node] & 0xff);
        if (next == before && ++next.loops == LOOPS) {
          next.passing = ByteGroups.passing(next, automaton);
        }
        if (next.isDead()) {
          node = nextBranches[node];
          continue;
        }
        path[depth] = next;
        if (next.mayStop && depth > known) {
          addTokens(firstTokens[node], firstTokens[node + 1], mask);
        }
        if (next.finished && nextBranches[node] > node + 1) {
          ends.add(node);
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
    int node = 0;
    while (node < depths.length) {
      if (reaches[node] <= length) {
        node = nextBranches[node];
        continue;
      }
      if (depths[node] > length) {
        for (int i = firstTokens[node]; i < firstTokens[node + 1]; i++) {
          kept[sorted[i] >> 6] &= ~(1L << sorted[i]);
        }
      }
      node++;
    }
    for (int i = 0; i < to.length; i++) {
      to[i] |= kept[i];
    }
  }
}
