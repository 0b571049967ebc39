package dev.jora.quantize.row;

import java.util.Arrays;

/**
 * Makes the blocks of one type, one after another, each of its own values and their importance
 * alone. It holds scratch memory, so it serves one thread.
 */
abstract class BlockWriter {
  /** The block that was written last. */
  final byte[] bytes;

  BlockWriter(int blockBytes) {
    bytes = new byte[blockBytes];
  }

  /**
   * Sets {@link #bytes} to the block of the values from x[from] on.
   *
   * @param importance of the columns of a row, or null
   * @param column that the block starts at
   */
  abstract void write(float[] x, int from, float[] importance, int column);

  final void clear() {
    Arrays.fill(bytes, (byte) 0);
  }

  final void u8(int at, int value) {
    bytes[at] = (byte) value;
  }

  final void u16(int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
  }

  final void u32(int at, int value) {
    u16(at, value);
    u16(at + 2, value >> 16);
  }

  /** The float nearest to a value that a half can hold. */
  final void half(int at, float value) {
    u16(at, Float.floatToFloat16(value));
  }

  /** 16 bytes from {@code at} on: level j in the low nibble, level j + 16 in the high nibble. */
  final void nibbles(int at, int[] levels) {
    for (int j = 0; j < 16; j++) {
      bytes[at + j] = (byte) (levels[j] | levels[j + 16] << 4);
    }
  }

  /** The largest |x|. */
  static float largest(float[] x, int from, int n) {
    float largest = 0;
    for (int i = from; i < from + n; i++) {
      float a = Math.abs(x[i]);
      if (a > largest) {
        largest = a;
      }
    }
    return largest;
  }

  /** The x whose |x| is largest, the first of equals; 0 where all are. */
  static float peak(float[] x, int from, int n) {
    float largest = 0;
    float peak = 0;
    for (int i = from; i < from + n; i++) {
      float a = Math.abs(x[i]);
      if (a > largest) {
        largest = a;
        peak = x[i];
      }
    }
    return peak;
  }
}
