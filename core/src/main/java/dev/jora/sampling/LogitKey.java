package dev.jora.sampling;

import java.util.Arrays;

/**
 * A logit and its token in one long. Ascending keys are descending logits and, among equal logits,
 * ascending ids: the one order of candidates.
 */
final class LogitKey {
  private LogitKey() {}

  /** The key of a token; −0 counts as 0. */
  static long of(float logit, int id) {
    return (long) ~ascending(Float.floatToRawIntBits(logit + 0f)) << 32 | id;
  }

  /** The token. */
  static int id(long key) {
    return (int) key;
  }

  /** The logit. */
  static float logit(long key) {
    return Float.intBitsToFloat(ascending(~(int) (key >> 32)));
  }

  /** Bits of a float to an int of the same order, and back: negative floats are turned around. */
  private static int ascending(int bits) {
    return bits ^ bits >> 31 & 0x7fffffff;
  }

  /**
   * Puts {@code key} into the ascending {@code best[0 … n)}, which never holds more than {@code
   * most}; the largest falls out.
   *
   * @return how many there are now
   */
  static int insert(long[] best, int n, int most, long key) {
    if (n == most && key >= best[n - 1]) {
      return n;
    }
    int at = -1 - Arrays.binarySearch(best, 0, n, key);
    int last = Math.min(n, most - 1);
    System.arraycopy(best, at, best, at + 1, last - at);
    best[at] = key;
    return last + 1;
  }

  /**
   * Brings the {@code k} smallest of the first {@code n} keys to the front, sorted: quickselect.
   */
  static void select(long[] keys, int n, int k) {
    int low = 0;
    int high = k < n ? n - 1 : 0;
    while (low < high) {
      long pivot = keys[low + high >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swap = keys[i];
          keys[i++] = keys[j];
          keys[j--] = swap;
        }
      }
      if (k - 1 <= j) {
        high = j;
      } else if (k - 1 >= i) {
        low = i;
      } else {
        break;
      }
    }
    Arrays.sort(keys, 0, k);
  }
}
