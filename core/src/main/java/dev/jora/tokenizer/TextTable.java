package dev.jora.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * A growing hash table from texts to ids that looks up a text or a part of one, also with one
 * character left out, without making a string. An id is the position at which a text was added.
 */
final class TextTable {
  private static final int NOTHING = -1;

  private String[] texts;
  private int[] slots;
  private int size;

  /** Texts with ids from 0; of equal texts the first is found. */
  TextTable(List<String> initial) {
    texts = new String[Math.max(16, initial.size())];
    slots = newSlots(2 * texts.length);
    for (String text : initial) {
      texts[size] = text;
      int slot = slot(text, 0, text.length(), NOTHING);
      if (slots[slot] < 0) {
        slots[slot] = size;
      }
      size++;
    }
  }

  /**
   * The id of s[from, to) without the character at {@code skip}, which is −1 for none; a text that
   * is new gets the next id.
   */
  int idOf(String s, int from, int to, int skip) {
    int slot = slot(s, from, to, skip);
    if (slots[slot] >= 0) {
      return slots[slot];
    }
    if (size == texts.length) {
      grow();
      slot = slot(s, from, to, skip);
    }
    texts[size] =
        skip < 0 ? s.substring(from, to) : s.substring(from, skip) + s.substring(skip + 1, to);
    slots[slot] = size;
    return size++;
  }

  private void grow() {
    texts = Arrays.copyOf(texts, Math.multiplyExact(2, size));
    slots = newSlots(2 * texts.length);
    for (int id = 0; id < size; id++) {
      int slot = slot(texts[id], 0, texts[id].length(), NOTHING);
      if (slots[slot] < 0) {
        slots[slot] = id;
      }
    }
  }

  private static int[] newSlots(int atLeast) {
    int[] slots = new int[Integer.highestOneBit(atLeast) * 2];
    Arrays.fill(slots, NOTHING);
    return slots;
  }

  private int slot(String s, int from, int to, int skip) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      if (i != skip) {
        hash = 31 * hash + s.charAt(i);
      }
    }
    int mask = slots.length - 1;
    int slot = (hash * 0x9e3779b9 >>> 7) & mask;
    while (slots[slot] >= 0 && !equal(texts[slots[slot]], s, from, to, skip)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static boolean equal(String text, String s, int from, int to, int skip) {
    if (skip < 0) {
      return text.length() == to - from && s.startsWith(text, from);
    }
    int head = skip - from;
    return text.length() == to - from - 1
        && text.regionMatches(0, s, from, head)
        && text.regionMatches(head, s, skip + 1, to - skip - 1);
  }
}
