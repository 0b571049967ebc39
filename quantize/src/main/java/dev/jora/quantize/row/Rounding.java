package dev.jora.quantize.row;

/** From floats to integers, as llama.cpp rounds. */
final class Rounding {
  /** 1.5 · 2^23: a float of this size has no bits behind the point. */
  static final float SHIFT = 12582912f;

  /** The bits of a float that hold the integer once {@link #SHIFT} is added. */
  static final int MANTISSA = 0x7fffff;

  private Rounding() {}

  /**
   * The nearest integer, ties to even, while |v| is at most 4194303; beyond that it wraps, which
   * llama.cpp does too: ±infinity becomes −4194304, NaN 0.
   */
  static int nearest(float v) {
    return (Float.floatToRawIntBits(v + SHIFT) & MANTISSA) - 0x400000;
  }

  /** The nearest integer, ties away from zero, for v that is one or lies between two. */
  static int nearestAway(float v) {
    int whole = (int) v;
    return Math.abs(v - whole) >= 0.5f ? whole + (v < 0 ? -1 : 1) : whole;
  }

  /** {@link #nearest}, not below {@code low} and not above {@code high}. */
  static int nearest(float v, int low, int high) {
    return Math.max(low, Math.min(high, nearest(v)));
  }
}
