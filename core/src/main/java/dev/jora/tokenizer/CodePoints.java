package dev.jora.tokenizer;

/**
 * UTF-8 as code points. A byte that is no part of a valid character becomes {@link #INVALID} +
 * byte, so that any bytes can be cut into words and put together again.
 *
 * @param points code points
 * @param offsets byte offset of each code point, and of the end
 */
record CodePoints(int[] points, int[] offsets, int size) {
  /** Above every code point. */
  static final int INVALID = 0x110000;

  /** The code points of bytes[from, to). */
  static CodePoints of(byte[] bytes, int from, int to) {
    int[] points = new int[to - from];
    int[] offsets = new int[to - from + 1];
    int n = 0;
    for (int i = from; i < to; n++) {
      int length = length(bytes, i, to);
      offsets[n] = i;
      points[n] = length == 0 ? INVALID + (bytes[i] & 0xff) : decode(bytes, i, length);
      i += Math.max(1, length);
    }
    offsets[n] = to;
    return new CodePoints(points, offsets, n);
  }

  /** Bytes of the valid character at {@code i}, 0 if there is none. */
  static int length(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xff;
    int length = expectedLength(lead);
    if (length <= 1 || i + length > to) {
      return length == 1 ? 1 : 0;
    }
    for (int k = 1; k < length; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int point = decode(bytes, i, length);
    boolean shortest = point >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000);
    boolean surrogate = point >= 0xd800 && point < 0xe000;
    return shortest && !surrogate && point < INVALID ? length : 0;
  }

  /** Length that a leading byte announces, 0 if it cannot lead. */
  static int expectedLength(int lead) {
    if (lead < 0x80) {
      return 1;
    }
    return lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  }

  private static int decode(byte[] b, int i, int length) {
    return switch (length) {
      case 1 -> b[i];
      case 2 -> (b[i] & 0x1f) << 6 | b[i + 1] & 0x3f;
      case 3 -> (b[i] & 0x0f) << 12 | (b[i + 1] & 0x3f) << 6 | b[i + 2] & 0x3f;
      default ->
          (b[i] & 0x07) << 18 | (b[i + 1] & 0x3f) << 12 | (b[i + 2] & 0x3f) << 6 | b[i + 3] & 0x3f;
    };
  }
}
