package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Rows of activations in 16-bit fixed point, for {@link UnitProducts}: 256 values x share a scale s
 * = max |x| / 32512; x / s is rounded to v, and v = 256 hi + lo with both of them signed bytes. So
 * what is lost is 1/65000 of the largest of 256 values.
 *
 * <p>Per unit of 256 values four times hi[64], lo[64], in the order that weights are in; the sums
 * of 16 values, in the order of {@link BlockCode#scaleOf}; the sums of 32 values, in order; the
 * scale. Several tokens take turns, unit by unit.
 */
final class UnitForm {
  /** Bytes of a register of weights: hi, then lo. */
  static final int REGISTER_BYTES = 128;

  static final int LO = 64;
  static final int SUMS16 = 4 * REGISTER_BYTES;
  static final int SUMS32 = SUMS16 + 64;
  static final int SCALE = SUMS32 + 32;

  /** Bytes of a unit of a token, whole cache lines. */
  static final int BYTES = 640;

  private static final Zmm TOP = zmm(16);
  private static final Zmm T = zmm(17);
  private static final Zmm HI = zmm(18);
  private static final Zmm S = zmm(19);
  private static final Zmm FACTOR = zmm(20);
  private static final Zmm ROUND = zmm(21);
  private static final Zmm MAGNITUDE = zmm(22);
  private static final Zmm STEPS = zmm(23);

  private final UnitOrder order;
  private final Code code;

  UnitForm(UnitOrder order) {
    this.order = order;
    this.code = assemble();
  }

  /** Bytes of one token. */
  static long bytes(int k) {
    return (long) BYTES * (k / 256);
  }

  /** Writes x[k] in this form, as token {@code token} of {@code tokens}. */
  void prepare(long x, int k, int tokens, int token, long out) {
    code.call(x, out + (long) BYTES * token, k / 256, (long) BYTES * tokens, 0, 0);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.vpbroadcastd(ROUND, a.constant(128));
    a.vpbroadcastd(MAGNITUDE, a.constant(0x7FFFFFFF));
    a.vbroadcastss(STEPS, a.constant(Float.floatToRawIntBits(32512)));
    Label unit = a.here();
    a.vpbroadcastd(TOP, a.constant(Float.floatToRawIntBits(1e-30f)));
    for (int g = 0; g < 16; g++) {
      a.vmovups(zmm(g), Mem.at(Gpr.RDI, 64 * g));
      a.vpandd(T, MAGNITUDE, zmm(g));
      // As integers, so that a NaN is larger than all numbers and makes the scale a NaN.
      a.vpmaxsd(TOP, TOP, T);
    }
    Lanes.reduce(a, TOP, T, a::vpmaxsd);
    a.vdivps(FACTOR, STEPS, TOP);
    a.vdivps(TOP, TOP, STEPS);
    a.vmovss(Mem.at(Gpr.RSI, SCALE), TOP);
    for (int g = 0; g < 16; g++) {
      Zmm v = zmm(g);
      long bytes = (long) REGISTER_BYTES * (g / 4) + 16 * (g % 4);
      a.vmulps(v, v, FACTOR);
      a.vcvtps2dq(v, v);
      a.vcvtdq2ps(S, v);
      Lanes.sum(a, S, T);
      a.vmulps(S, S, TOP);
      a.vmovss(Mem.at(Gpr.RSI, SUMS16 + 4 * lane(g)), S);
      a.vpaddd(HI, v, ROUND);
      a.vpsrad(HI, HI, 8);
      a.vpslld(T, HI, 8);
      a.vpsubd(v, v, T);
      a.vpmovdb(Mem.at(Gpr.RSI, bytes), HI);
      a.vpmovdb(Mem.at(Gpr.RSI, bytes + LO), v);
      if (g % 2 == 0) {
        a.vmovups(zmm(24), S);
      } else {
        a.vaddps(S, S, zmm(24));
        a.vmovss(Mem.at(Gpr.RSI, SUMS32 + 4 * (g / 2)), S);
      }
    }
    arrange(a, 0);
    arrange(a, LO);
    a.add(Gpr.RDI, 1024);
    a.add(Gpr.RSI, Gpr.RCX);
    a.sub(Gpr.RDX, 1);
    a.jnz(unit);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  private void arrange(Assembler a, int part) {
    Zmm[] v = {zmm(0), zmm(1), zmm(2), zmm(3)};
    for (int i = 0; i < 4; i++) {
      a.vmovups(v[i], Mem.at(Gpr.RSI, (long) REGISTER_BYTES * i + part));
    }
    order.arrange(a, v, new Zmm[] {zmm(4), zmm(5), zmm(6), zmm(7)});
    for (int i = 0; i < 4; i++) {
      a.vmovups(Mem.at(Gpr.RSI, (long) REGISTER_BYTES * i + part), v[i]);
    }
  }

  /** The lane of a group of 16 values. */
  private static int lane(int group) {
    for (int lane = 0; lane < 16; lane++) {
      if (BlockCode.scaleOf(16, lane) == group) {
        return lane;
      }
    }
    throw new IllegalArgumentException("no group " + group);
  }
}
