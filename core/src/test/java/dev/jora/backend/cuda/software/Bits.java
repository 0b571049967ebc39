package dev.jora.backend.cuda.software;

/** What PTX does with bits. */
final class Bits {
  private Bits() {}

  /** The three-input function whose table is {@code table}. */
  static int lop3(int a, int b, int c, int table) {
    int d = 0;
    for (int i = 0; i < 8; i++) {
      if ((table >> i & 1) != 0) {
        d |= ((i & 4) != 0 ? a : ~a) & ((i & 2) != 0 ? b : ~b) & ((i & 1) != 0 ? c : ~c);
      }
    }
    return d;
  }

  /** A field of {@code length} bits from {@code position}, of a value of {@code width}. */
  static long extract(long value, int position, int length, boolean signed, int width) {
    int at = position & 255;
    int n = length & 255;
    if (n == 0) {
      return 0;
    }
    long sign = signed ? value >> Math.min(at + n - 1, width - 1) & 1 : 0;
    if (at >= width) {
      return sign == 0 ? 0 : -1;
    }
    int there = Math.min(n, width - at);
    long mask = there == 64 ? -1 : (1L << there) - 1;
    long field = value >>> at & mask;
    return sign == 0 ? field : field | ~mask;
  }

  /** Puts a field into {@code into}. */
  static long insert(long field, long into, int position, int length, int width) {
    int at = position & 255;
    int n = Math.min(length & 255, width - at);
    if (n <= 0) {
      return into;
    }
    long mask = (n == 64 ? -1 : (1L << n) - 1) << at;
    return into & ~mask | field << at & mask;
  }

  /** The place of the highest bit; as the shift that brings it to the top, if asked. */
  static int find(int value, boolean shift) {
    int zeros = Integer.numberOfLeadingZeros(value);
    return value == 0 ? -1 : shift ? zeros : 31 - zeros;
  }

  /** Four of the eight bytes of a and b. */
  static int permute(int a, int b, int select, String mode) {
    long both = a & 0xffffffffL | (long) b << 32;
    int choice = mode.isEmpty() ? select : choice(mode, select & 3);
    int d = 0;
    for (int i = 0; i < 4; i++) {
      int one = choice >> 4 * i;
      int value = (int) (both >> 8 * (one & 7)) & 255;
      if (mode.isEmpty() && (one & 8) != 0) {
        value = (value & 128) != 0 ? 255 : 0;
      }
      d |= value << 8 * i;
    }
    return d;
  }

  private static int choice(String mode, int s) {
    return switch (mode) {
      case "f4e" -> new int[] {0x3210, 0x4321, 0x5432, 0x6543}[s];
      case "b4e" -> new int[] {0x5670, 0x6701, 0x7012, 0x0123}[s];
      case "rc8" -> 0x1111 * s;
      case "ecl" -> new int[] {0x3210, 0x3211, 0x3222, 0x3333}[s];
      case "ecr" -> new int[] {0x0000, 0x1110, 0x2210, 0x3210}[s];
      default -> new int[] {0x1010, 0x3232, 0x1010, 0x3232}[s];
    };
  }

  /** 32 bits of b and a, shifted. */
  static int funnel(int a, int b, int shift, boolean left, boolean clamp) {
    int n = clamp ? (shift >>> 5 != 0 ? 32 : shift) : shift & 31;
    long both = (long) b << 32 | a & 0xffffffffL;
    return left ? (int) (n == 0 ? b : both >>> 32 - n) : (int) (both >>> n);
  }
}
