package dev.jora.convert.packed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Whole numbers of few bits in words of 32, the least significant bits first.
 *
 * @param bits of a number, 1 to 8
 * @param dense whether numbers go on into the next word; else the last bits of a word are unused
 */
record Packing(int bits, boolean dense) {
  /** Four bytes in the order of files. */
  static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Words for so many numbers. */
  long words(long n) {
    return dense ? Parts.ceil(Math.multiplyExact(n, bits), 32) : Parts.ceil(n, 32 / bits);
  }

  /**
   * Reads numbers.
   *
   * @param at where the first word lies
   * @param stride bytes from a word to the next
   * @param n how many numbers
   */
  void read(MemorySegment from, long at, long stride, int n, int[] to) {
    int used = dense ? 32 : 32 / bits * bits;
    long usedMask = (1L << used) - 1;
    int mask = (1 << bits) - 1;
    long held = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (count < bits) {
        held |= (from.get(WORD, at) & usedMask) << count;
        count += used;
        at += stride;
      }
      to[i] = (int) held & mask;
      held >>>= bits;
      count -= bits;
    }
  }

  /** Number {@code i} of those that begin at {@code at}, words one after the other. */
  int one(MemorySegment from, long at, long stride, long i) {
    long word;
    int shift;
    if (dense) {
      word = i * bits / 32;
      shift = (int) (i * bits % 32);
    } else {
      word = i / (32 / bits);
      shift = (int) (i % (32 / bits)) * bits;
    }
    long value = from.get(WORD, at + word * stride) & 0xffffffffL;
    if (shift + bits > 32) {
      value |= (from.get(WORD, at + (word + 1) * stride) & 0xffffffffL) << 32;
    }
    return (int) (value >>> shift) & (1 << bits) - 1;
  }
}
