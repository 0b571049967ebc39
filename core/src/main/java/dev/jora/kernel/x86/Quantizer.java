package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Emits the rounding of 32 floats x to 16-bit fixed point: s = max |x| / 32512, v = x / s, and v =
 * 256 hi + lo. 32512 is 127 · 256, so that hi stays within a byte.
 */
final class Quantizer {
  /** Upper parts of 16 values each, as 32-bit integers. */
  static final Zmm HI0 = zmm(0);

  static final Zmm HI1 = zmm(1);

  /** Lower parts. */
  static final Zmm LO0 = zmm(2);

  static final Zmm LO1 = zmm(3);

  /** s in all lanes. */
  static final Zmm SCALE = zmm(4);

  private static final Zmm T0 = zmm(5);
  private static final Zmm T1 = zmm(6);
  private static final Zmm MAGNITUDE = zmm(16);
  private static final Zmm LEAST = zmm(17);
  private static final Zmm STEPS = zmm(18);
  private static final Zmm ROUND = zmm(19);

  private final Assembler a;

  Quantizer(Assembler a) {
    this.a = a;
  }

  void constants() {
    a.vpbroadcastd(MAGNITUDE, a.constant(0x7FFFFFFF));
    a.vbroadcastss(LEAST, a.constant(Float.floatToRawIntBits(1e-30f)));
    a.vbroadcastss(STEPS, a.constant(Float.floatToRawIntBits(32512f)));
    a.vpbroadcastd(ROUND, a.constant(128));
  }

  /** 32 floats at two places. */
  void run(Mem x0, Mem x1) {
    a.vmovups(HI0, x0);
    a.vmovups(HI1, x1);
    a.vpandd(T0, HI0, MAGNITUDE);
    a.vpandd(T1, HI1, MAGNITUDE);
    a.vpmaxsd(T0, T0, T1);
    // As integers, so that a NaN is larger than all numbers and makes the scale a NaN.
    Lanes.reduce(a, T0, T1, a::vpmaxsd);
    a.vpmaxsd(T0, T0, LEAST);
    a.vdivps(SCALE, T0, STEPS);
    a.vdivps(T0, STEPS, T0);
    a.vmulps(HI0, HI0, T0);
    a.vmulps(HI1, HI1, T0);
    a.vcvtps2dq(LO0, HI0);
    a.vcvtps2dq(LO1, HI1);
    a.vpaddd(HI0, LO0, ROUND);
    a.vpaddd(HI1, LO1, ROUND);
    a.vpsrad(HI0, HI0, 8);
    a.vpsrad(HI1, HI1, 8);
    a.vpslld(T0, HI0, 8);
    a.vpslld(T1, HI1, 8);
    a.vpsubd(LO0, LO0, T0);
    a.vpsubd(LO1, LO1, T1);
  }
}
