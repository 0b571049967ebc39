package dev.jora.quantize.row;

/** Half floats in arrays of bytes. */
final class Halves {
  private Halves() {}

  /** Writes v as a half and returns what is read back. */
  static float put(byte[] bytes, int at, float v) {
    short half = Float.floatToFloat16(v);
    bytes[at] = (byte) half;
    bytes[at + 1] = (byte) (half >> 8);
    return Float.float16ToFloat(half);
  }
}
