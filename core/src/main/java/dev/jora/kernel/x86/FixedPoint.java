package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * Emits the rounding of 32 floats x to integers v = x / s with s = max |x| / 32512, on AVX2: what
 * {@link Quantizer} is on AVX-512.
 */
final class FixedPoint {
  /** s in all lanes. */
  static final Ymm SCALE = ymm(5);

  /** For intermediate values. */
  static final Ymm T = ymm(6);

  /** Lanes 0, 4, 1, 5, …: for {@code vpermps}, the order that two packings leave behind. */
  static final Ymm ORDER = ymm(10);

  private static final Ymm LARGEST = ymm(4);
  private static final Ymm MAGNITUDE = ymm(12);
  private static final Ymm LEAST = ymm(13);
  private static final Ymm STEPS = ymm(14);

  private FixedPoint() {}

  static void constants(Assembler a) {
    a.vmovups(ORDER, a.constant(0, 4, 1, 5, 2, 6, 3, 7));
    a.vpbroadcastd(MAGNITUDE, a.constant(0x7FFFFFFF));
    a.vbroadcastss(LEAST, a.constant(Float.floatToRawIntBits(1e-30f)));
    a.vbroadcastss(STEPS, a.constant(Float.floatToRawIntBits(32512f)));
  }

  /** The 32 floats at x become integers in registers 0 to 3. */
  static void run(Assembler a, Gpr x) {
    // As integers, so that a NaN is larger than all numbers and makes the scale a NaN.
    a.vmovups(LARGEST, LEAST);
    for (int i = 0; i < 4; i++) {
      a.vpand(T, MAGNITUDE, Mem.at(x, 32L * i));
      a.vpmaxsd(LARGEST, LARGEST, T);
    }
    a.vperm2i128(T, LARGEST, LARGEST, 0x01);
    a.vpmaxsd(LARGEST, LARGEST, T);
    a.vpermilps(T, LARGEST, 0x4E);
    a.vpmaxsd(LARGEST, LARGEST, T);
    a.vpermilps(T, LARGEST, 0xB1);
    a.vpmaxsd(LARGEST, LARGEST, T);
    a.vdivps(SCALE, LARGEST, STEPS);
    a.vdivps(T, STEPS, LARGEST);
    for (int i = 0; i < 4; i++) {
      a.vmulps(ymm(i), T, Mem.at(x, 32L * i));
      a.vcvtps2dq(ymm(i), ymm(i));
    }
  }
}
