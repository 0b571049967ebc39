package dev.jora.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Sorts arrays of bytes: some bytes of each and its index make a number, and numbers sort fast. */
final class ByteOrder {
  /** Bytes in a number: 33 bits, since an end is a digit too. */
  private static final int DIGITS = 4;

  private static final int INDEX_BITS = 30;

  /** Those that are equal in all bytes before {@code offset}. */
  private record Run(int from, int to, int offset) {}

  private ByteOrder() {}

  /** The indexes of those that are not empty, in unsigned order of bytes, equal ones by index. */
  static int[] sort(byte[][] all) {
    int[] order = new int[all.length];
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i].length > 0) {
        order[count++] = i;
      }
    }
    long[] keys = new long[count];
    Deque<Run> todo = new ArrayDeque<>();
    todo.push(new Run(0, count, 0));
    while (!todo.isEmpty()) {
      Run run = todo.pop();
      for (int i = run.from; i < run.to; i++) {
        keys[i] = digits(all[order[i]], run.offset) << INDEX_BITS | order[i];
      }
      Arrays.parallelSort(keys, run.from, run.to);
      int from = run.from;
      for (int i = run.from; i < run.to; i++) {
        order[i] = (int) keys[i] & (1 << INDEX_BITS) - 1;
        if (i + 1 == run.to || keys[i] >> INDEX_BITS != keys[i + 1] >> INDEX_BITS) {
          if (i > from && all[order[i]].length >= run.offset + DIGITS) {
            todo.push(new Run(from, i + 1, run.offset + DIGITS));
          }
          from = i + 1;
        }
      }
    }
    return Arrays.copyOf(order, count);
  }

  private static long digits(byte[] bytes, int offset) {
    long digits = 0;
    for (int i = offset; i < offset + DIGITS; i++) {
      digits = digits * 257 + (i < bytes.length ? 1 + (bytes[i] & 0xff) : 0);
    }
    return digits;
  }
}
