package dev.jora.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Sorts arrays of bytes: some bytes of each and its index make a number, and numbers sort fast. */
final class ByteOrder {
  /** Runs of fewer are sorted by comparing. */
  private static final int SMALL = 16;

  private final byte[][] all;
  private final int[] order;

  /** Bits of an index. */
  private final int bits;

  /** Bytes that fit beside an index. */
  private final int digits;

  /** Those that are equal in all bytes before {@code offset}. */
  private record Run(int from, int to, int offset) {}

  private ByteOrder(byte[][] all, int[] order) {
    this.all = all;
    this.order = order;
    this.bits = Integer.SIZE - Integer.numberOfLeadingZeros(all.length);
    this.digits = bits > 22 ? 3 : 5;
  }

  /** The indexes of those that are not empty, in unsigned order of bytes, equal ones by index. */
  static int[] sort(byte[][] all) {
    int[] order = new int[all.length];
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i].length > 0) {
        order[count++] = i;
      }
    }
    ByteOrder sorter = new ByteOrder(all, Arrays.copyOf(order, count));
    sorter.sort();
    return sorter.order;
  }

  private void sort() {
    long[] keys = new long[order.length];
    Deque<Run> todo = new ArrayDeque<>();
    todo.push(new Run(0, order.length, 0));
    while (!todo.isEmpty()) {
      Run run = todo.pop();
      for (int i = run.from; i < run.to; i++) {
        keys[i] = key(all[order[i]], run.offset) << bits | order[i];
      }
      Arrays.parallelSort(keys, run.from, run.to);
      int from = run.from;
      for (int i = run.from; i < run.to; i++) {
        order[i] = (int) keys[i] & (1 << bits) - 1;
        if (i + 1 == run.to || keys[i] >> bits != keys[i + 1] >> bits) {
          if (i - from >= SMALL && all[order[i]].length >= run.offset + digits) {
            todo.push(new Run(from, i + 1, run.offset + digits));
          } else {
            compare(from, i + 1);
          }
          from = i + 1;
        }
      }
    }
  }

  /** The next bytes; an end is a digit too, the least. */
  private long key(byte[] bytes, int offset) {
    long key = 0;
    for (int i = offset; i < offset + digits; i++) {
      key = key * 257 + (i < bytes.length ? 1 + (bytes[i] & 0xff) : 0);
    }
    return key;
  }

  /** Sorts by insertion. */
  private void compare(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int index = order[i];
      int at = i;
      for (; at > from && Arrays.compareUnsigned(all[order[at - 1]], all[index]) > 0; at--) {
        order[at] = order[at - 1];
      }
      order[at] = index;
    }
  }
}
