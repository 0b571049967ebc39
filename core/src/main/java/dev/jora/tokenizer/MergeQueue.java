package dev.jora.tokenizer;

import java.util.Arrays;

/**
 * A binary heap of candidates for merging: the least key first, of equal keys the leftmost place.
 * Entries that merging has outdated stay in it; whoever takes them out checks.
 */
final class MergeQueue {
  private long[] keys = new long[64];
  private int[] tags = new int[64];
  private int size;

  /**
   * Adds a candidate.
   *
   * @param key rank, or the order of a score; smaller merges first
   * @param place of the left symbol
   * @param tag what tells an outdated entry
   */
  void add(int key, int place, int tag) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      tags = Arrays.copyOf(tags, 2 * size);
    }
    long k = (long) key << 32 | place;
    int i = size++;
    while (i > 0 && keys[(i - 1) / 2] > k) {
      keys[i] = keys[(i - 1) / 2];
      tags[i] = tags[(i - 1) / 2];
      i = (i - 1) / 2;
    }
    keys[i] = k;
    tags[i] = tag;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Place of the first candidate. */
  int place() {
    return (int) keys[0];
  }

  /** Tag of the first candidate. */
  int tag() {
    return tags[0];
  }

  /** Drops the first candidate. */
  void remove() {
    long k = keys[--size];
    int tag = tags[size];
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && keys[child + 1] < keys[child]) {
        child++;
      }
      if (keys[child] >= k) {
        break;
      }
      keys[i] = keys[child];
      tags[i] = tags[child];
      i = child;
    }
    keys[i] = k;
    tags[i] = tag;
  }

  void clear() {
    size = 0;
  }
}
