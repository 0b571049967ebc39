package dev.jora.tokenizer;

import dev.jora.gguf.ByteStrings;

/**
 * A hash table from byte strings to their ids, which are their positions among all strings. Ranges
 * of an array are looked up without copying. Made of one flat array: it is filled with a whole
 * vocabulary before the first token of every run.
 */
final class ByteTable {
  private static final byte[] SPACE = {' '};

  private final ByteStrings strings;
  private final long[] slots; // hash << 32 | id + 1; 0 is free
  private final int mask;

  /** All strings; of equal ones the first is found. */
  ByteTable(ByteStrings strings) {
    this(strings, strings.size());
    for (int id = 0; id < strings.size(); id++) {
      add(id);
    }
  }

  /** The strings of these ids only. */
  ByteTable(ByteStrings strings, int[] ids) {
    this(strings, ids.length);
    for (int id : ids) {
      add(id);
    }
  }

  private ByteTable(ByteStrings strings, int count) {
    this.strings = strings;
    this.slots = new long[Integer.highestOneBit(Math.max(2, count)) * 4];
    this.mask = slots.length - 1;
  }

  private void add(int id) {
    int hash = strings.hash(id);
    int slot = first(hash);
    while (slots[slot] != 0) {
      if ((int) (slots[slot] >> 32) == hash && equal(id(slot), id)) {
        return;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = (long) hash << 32 | id + 1;
  }

  private boolean equal(int a, int b) {
    return strings.length(a) == strings.length(b)
        && strings.hasAt(a, 0, strings.bytes(b), 0, strings.length(b));
  }

  /** The id of bytes[from, to), or −1. */
  int get(byte[] bytes, int from, int to) {
    int hash = ByteStrings.hash(ByteStrings.HASH, bytes, from, to);
    for (int slot = first(hash); slots[slot] != 0; slot = slot + 1 & mask) {
      int id = id(slot);
      if ((int) (slots[slot] >> 32) == hash
          && strings.length(id) == to - from
          && strings.hasAt(id, 0, bytes, from, to)) {
        return id;
      }
    }
    return -1;
  }

  /** The id of bytes[from, middle), a space, and bytes[middle, to), or −1. */
  int get(byte[] bytes, int from, int middle, int to) {
    int left = ByteStrings.hash(ByteStrings.HASH, bytes, from, middle);
    int hash = ByteStrings.hash(ByteStrings.hash(left, SPACE, 0, 1), bytes, middle, to);
    for (int slot = first(hash); slots[slot] != 0; slot = slot + 1 & mask) {
      int id = id(slot);
      if ((int) (slots[slot] >> 32) == hash
          && strings.length(id) == to - from + 1
          && strings.hasAt(id, 0, bytes, from, middle)
          && strings.byteAt(id, middle - from) == ' '
          && strings.hasAt(id, middle - from + 1, bytes, middle, to)) {
        return id;
      }
    }
    return -1;
  }

  private int id(int slot) {
    return (int) slots[slot] - 1;
  }

  private int first(int hash) {
    return (hash ^ hash >>> 15) & mask;
  }
}
