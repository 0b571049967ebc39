package dev.jora.convert.source;

import java.util.Arrays;

/** Extents of tensors that come from files. */
final class Extents {
  /** How many a tensor has at the most: PyTorch has no more. */
  static final int MAX = 64;

  private Extents() {}

  /** Bytes of a tensor, or -1 where they cannot be counted, even if another extent is 0. */
  static long bytes(ElementType type, long[] shape) {
    try {
      long most = 1;
      for (long extent : shape) {
        if (extent < 0) {
          return -1;
        }
        most = Math.multiplyExact(most, Math.max(1, extent));
      }
      long bytes = type.bytes(most);
      return Arrays.stream(shape).anyMatch(extent -> extent == 0) ? 0 : bytes;
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  /** As messages show them. */
  static String text(long[] shape) {
    return Arrays.toString(shape);
  }
}
