package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * One row of activations in 16-bit fixed point, for {@link ShortRows}. A run of 32 values x shares
 * a scale s = max |x| / 32512, and x / s is rounded to a 16-bit value, so that what is lost is
 * 1/65000 of the largest of 32 values.
 *
 * <p>A run has 64 bytes: of every four values the first and third, eight times, then the second and
 * fourth. That is the order in which bytes become 16-bit values without moving: those at even
 * places by a mask, those at odd places by a shift. Behind the runs stand tables of floats: sums of
 * four values, then of each run its scale and its sum, then of each 16 values likewise.
 */
final class ShortForm {
  /** Bytes of a run. */
  static final int RUN_BYTES = 64;

  /** Where the second and fourth values are. */
  static final int ODD = 32;

  private static final Ymm SCALE = FixedPoint.SCALE;
  private static final Ymm T = FixedPoint.T;
  private static final Ymm SUM = ymm(7);
  private static final Ymm ONES = ymm(11);

  private final Code code;

  ShortForm(int k) {
    code = assemble(k);
  }

  /** Where the sums of four values are. */
  static long laneSumsAt(int k) {
    return 2L * k;
  }

  /** Where the scales are, of runs of 32 values or of 16. */
  static long scalesAt(int k, int group) {
    return 3L * k + (group == 32 ? 0 : k / 4);
  }

  /** Where the sums are, likewise. */
  static long sumsAt(int k, int group) {
    return scalesAt(k, group) + 4L * (k / group);
  }

  static long bytes(int k) {
    return 3L * k + 3L * k / 4 + 63 & -64;
  }

  /** Writes x[k] in this form. */
  void prepare(long x, long out) {
    code.call(x, out, 0, 0, 0, 0);
  }

  private static Code assemble(int k) {
    Assembler a = new Assembler();
    Gpr laneSums = Gpr.R8;
    Gpr by32 = Gpr.R9;
    Gpr by16 = Gpr.R10;
    a.lea(laneSums, Mem.at(Gpr.RSI, laneSumsAt(k)));
    a.lea(by32, Mem.at(Gpr.RSI, scalesAt(k, 32)));
    a.lea(by16, Mem.at(Gpr.RSI, scalesAt(k, 16)));
    FixedPoint.constants(a);
    a.vpbroadcastd(ONES, a.constant(0x00010001));
    a.mov(Gpr.RAX, k / 32);
    Label run = a.here();
    FixedPoint.run(a, Gpr.RDI);
    words(a, 0x88, ymm(8));
    words(a, 0xDD, ymm(9));
    a.vmovups(Mem.at(Gpr.RSI, 0), ymm(8));
    a.vmovups(Mem.at(Gpr.RSI, ODD), ymm(9));
    a.vpmaddwd(SUM, ymm(8), ONES);
    a.vpmaddwd(T, ymm(9), ONES);
    a.vpaddd(SUM, SUM, T);
    a.vcvtdq2ps(SUM, SUM);
    a.vmulps(SUM, SUM, SCALE);
    a.vmovups(Mem.at(laneSums, 0), SUM);
    a.vpermilps(T, SUM, 0xB1);
    a.vaddps(SUM, SUM, T);
    a.vpermilps(T, SUM, 0x4E);
    a.vaddps(SUM, SUM, T);
    long sums16 = sumsAt(k, 16) - scalesAt(k, 16);
    a.vmovss(Mem.at(by16, sums16), SUM);
    a.vextracti128(T, SUM, 1);
    a.vmovss(Mem.at(by16, sums16 + 4), T);
    a.vaddps(SUM, SUM, T);
    a.vmovss(Mem.at(by32, sumsAt(k, 32) - scalesAt(k, 32)), SUM);
    a.vmovss(Mem.at(by32, 0), SCALE);
    a.vmovss(Mem.at(by16, 0), SCALE);
    a.vmovss(Mem.at(by16, 4), SCALE);
    a.add(Gpr.RDI, 128);
    a.add(Gpr.RSI, RUN_BYTES);
    a.add(laneSums, 32);
    a.add(by32, 4);
    a.add(by16, 8);
    a.sub(Gpr.RAX, 1);
    a.jnz(run);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** Two of every four 32-bit values in registers 0 to 3, as 16-bit values. */
  private static void words(Assembler a, int picked, Ymm out) {
    a.vshufps(out, ymm(0), ymm(1), picked);
    a.vshufps(T, ymm(2), ymm(3), picked);
    a.vpackssdw(out, out, T);
    a.vpermps(out, FixedPoint.ORDER, out);
  }
}
