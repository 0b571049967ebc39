package dev.jora.backend.cuda.software;

/** Numbers of 16 bits with a fraction, of both kinds. */
final class Half {
  private Half() {}

  /** The number that 16 bits are. */
  static float decode(int bits, boolean bf16) {
    return bf16 ? Float.intBitsToFloat(bits << 16) : Float.float16ToFloat((short) bits);
  }

  /** The 16 bits nearest to a number. */
  static int encode(double value, boolean bf16) {
    float f = (float) value;
    if (f != value && f == f) {
      // to the odd neighbour, so that the second rounding goes as one would
      int bits = Float.floatToRawIntBits(f);
      if ((bits & 1) == 0) {
        boolean beyond = Math.abs((double) f) > Math.abs(value);
        f = Float.intBitsToFloat(beyond ? bits - 1 : bits + 1);
      }
    }
    return bf16 ? encodeBf16(f) : Float.floatToFloat16(f) & 0xffff;
  }

  private static int encodeBf16(float f) {
    int bits = Float.floatToRawIntBits(f);
    return f != f ? 0x7fff : bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
  }
}
