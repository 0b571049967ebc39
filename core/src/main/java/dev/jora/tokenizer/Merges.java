package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.util.List;

/**
 * The merges of a byte-pair vocabulary: (left id, right id) to rank and merged id, in a flat hash
 * table. Texts that merges name but the vocabulary lacks get ids of their own beyond it.
 */
final class Merges {
  private final long[] pairs;
  private final int[] ranks;
  private final int[] merged;
  private final int mask;
  private final int ids;

  /** The merges in {@code tokenizer.ggml.merges}. */
  static Merges of(GgufMetadata metadata, Vocab vocab) {
    String key = "tokenizer.ggml.merges";
    if (!metadata.contains(key)) {
      throw metadata.fault(key, "the merges of a BPE vocabulary", "no such key");
    }
    List<String> merges = metadata.strings(key);
    Merges table = new Merges(merges.size(), vocab.size());
    TextTable texts = new TextTable(metadata.strings("tokenizer.ggml.tokens"));
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ', 1);
      if (space < 0 || space == merge.length() - 1) {
        throw metadata.fault(
            key + "[" + rank + "]", "two texts with a space between", "'" + merge + "'");
      }
      int left = texts.idOf(merge, 0, space, -1);
      int right = texts.idOf(merge, space + 1, merge.length(), -1);
      table.put(left, right, rank, texts.idOf(merge, 0, merge.length(), space));
    }
    return table;
  }

  private Merges(int count, int ids) {
    int capacity = Integer.highestOneBit(Math.max(2, count)) * 4;
    pairs = new long[capacity];
    java.util.Arrays.fill(pairs, -1);
    ranks = new int[capacity];
    merged = new int[capacity];
    mask = capacity - 1;
    this.ids = ids;
  }

  private void put(int left, int right, int rank, int result) {
    int slot = slot(left, right);
    if (pairs[slot] == -1) {
      pairs[slot] = (long) left << 32 | right;
      ranks[slot] = rank;
      merged[slot] = result;
    }
  }

  /** Where the pair is in the table, or −1. */
  int find(int left, int right) {
    if (left < 0 || right < 0) {
      return -1;
    }
    int slot = slot(left, right);
    return pairs[slot] == -1 ? -1 : slot;
  }

  int rank(int slot) {
    return ranks[slot];
  }

  int merged(int slot) {
    return merged[slot];
  }

  /** True for ids that are tokens, false for those only merges know. */
  boolean isToken(int id) {
    return id < ids;
  }

  private int slot(int left, int right) {
    long pair = (long) left << 32 | right;
    long h = pair * 0x9e3779b97f4a7c15L;
    int slot = (int) (h >>> 33) & mask;
    while (pairs[slot] != -1 && pairs[slot] != pair) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
