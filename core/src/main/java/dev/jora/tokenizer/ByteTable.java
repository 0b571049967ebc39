package dev.jora.tokenizer;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A hash table from byte strings to ids that looks up ranges of an array without copying. */
final class ByteTable {
  private final byte[][] keys;
  private final int[] values;
  private final int mask;

  /** Of equal keys the first id stays. */
  ByteTable(byte[][] strings) {
    this(strings, id -> true);
  }

  /** Of these ids only. */
  ByteTable(byte[][] strings, IntPredicate ids) {
    int capacity = Integer.highestOneBit(Math.max(2, strings.length)) * 4;
    keys = new byte[capacity][];
    values = new int[capacity];
    mask = capacity - 1;
    for (int id = 0; id < strings.length; id++) {
      if (!ids.test(id)) {
        continue;
      }
      byte[] s = strings[id];
      int slot = slot(s, 0, s.length);
      if (keys[slot] == null) {
        keys[slot] = s;
        values[slot] = id;
      }
    }
  }

  /** The id of bytes[from, to), or −1. */
  int get(byte[] bytes, int from, int to) {
    int slot = slot(bytes, from, to);
    return keys[slot] == null ? -1 : values[slot];
  }

  private int slot(byte[] bytes, int from, int to) {
    int slot = hash(bytes, from, to) & mask;
    while (keys[slot] != null
        && !Arrays.equals(keys[slot], 0, keys[slot].length, bytes, from, to)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** FNV-1a, then mixed. */
  static int hash(byte[] bytes, int from, int to) {
    int h = 0x811c9dc5;
    for (int i = from; i < to; i++) {
      h = (h ^ bytes[i]) * 0x01000193;
    }
    return h ^ h >>> 15;
  }
}
