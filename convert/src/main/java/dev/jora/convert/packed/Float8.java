package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;

/** What the 256 codes of types of one byte stand for. */
final class Float8 {
  private Float8() {}

  /** Values by code; null for other types. */
  static float[] table(ElementType type) {
    float[] values = new float[256];
    for (int code = 0; code < 256; code++) {
      switch (type) {
        case F8_E4M3 -> values[code] = e4m3(code);
        case F8_E5M2 -> values[code] = Float.float16ToFloat((short) (code << 8));
        case F8_E8M0 -> values[code] = code == 255 ? Float.NaN : Math.scalb(1f, code - 127);
        default -> {
          return null;
        }
      }
    }
    return values;
  }

  /** Sign, 4 bits of exponent, 3 of mantissa; no infinity. */
  private static float e4m3(int code) {
    int exponent = code >> 3 & 15;
    int mantissa = code & 7;
    float value =
        (code & 0x7f) == 0x7f
            ? Float.NaN
            : exponent == 0
                ? Math.scalb((float) mantissa, -9)
                : Math.scalb(8f + mantissa, exponent - 10);
    return code < 128 ? value : -value;
  }
}
