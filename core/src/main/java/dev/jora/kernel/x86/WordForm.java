package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Up to 16 rows of k values in 16-bit fixed point for {@link WordTile}: rows of weights, or tokens.
 * 32 values v of a row share a scale s and become words v / s. Per run of 32 values 16 times a pair
 * of words of each row, values i and 16 + i, then the scale of each row.
 *
 * <p>Sums of 32 products of words must fit 32 bits. They do if no run of words is longer than √2^31
 * as a vector, since a product of two vectors is at most that of their lengths. So s makes a run
 * that long, or its largest value 2^15, whichever comes first.
 */
final class WordForm {
  /** √2^31 is 46341; rounding makes a run longer by √32 / 2 at most. */
  private static final double LENGTH = 46_330;

  private static final double LARGEST = 32_766;

  /** Where in a run, in rows of words, the scales are. */
  static final int SCALES = 16;

  private static final int ROWS = SCALES + 1;
  private static final int MARGIN = 64;
  private static final int SCRATCH = 16 * 64;

  private static final Zmm TOP = zmm(16);
  private static final Zmm FACTOR = zmm(17);
  private static final Zmm SQUARES = zmm(18);
  private static final Zmm MAGNITUDE = zmm(19);

  private final FloatCode type;
  private final int k;
  private final int rows;
  private final int lanes;
  private final Code code;

  /**
   * For {@code rows} rows.
   *
   * @param lanes rows that there is room for: 16, or as many as there are
   */
  WordForm(FloatCode type, int k, int rows, int lanes) {
    this.type = type;
    this.k = k;
    this.rows = rows;
    this.lanes = lanes;
    this.code = assemble();
  }

  /** Bytes of a run. */
  static int runBytes(int lanes) {
    return 4 * lanes * ROWS;
  }

  /** Bytes of all runs. */
  static long bytes(int k, int lanes) {
    return ((long) runBytes(lanes) * (k / 32) + MARGIN + 63) & -64;
  }

  /** Writes rows that lie {@code stride} bytes apart in this form. */
  void write(long from, long stride, long out) {
    code.call(from, stride, out, 0, 0, 0);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.mov(Gpr.R9, Gpr.RSP);
    a.sub(Gpr.RSP, SCRATCH);
    a.and(Gpr.RSP, -64);
    a.mov(Gpr.RAX, k / 32);
    Label run = a.here();
    half(a, 0);
    for (int i = 0; i < 16; i++) {
      a.vmovups(Mem.at(Gpr.RSP, 64 * i), zmm(i));
    }
    half(a, 1);
    scale(a);
    for (int i = 0; i < 16; i++) {
      // In order: what spills past the last row is overwritten by the next.
      a.vmovups(t(i), value(i));
      pair(a, t(i), zmm(i));
      a.vmovups(Mem.at(Gpr.RDX, 4L * lanes * i), t(i));
    }
    a.vmovups(Mem.at(Gpr.RDX, 4L * lanes * SCALES), TOP);
    a.add(Gpr.RDI, 32L * type.bytes());
    a.add(Gpr.RDX, runBytes(lanes));
    a.sub(Gpr.RAX, 1);
    a.jnz(run);
    a.mov(Gpr.RSP, Gpr.R9);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /**
   * 16 values of all rows into registers 0 to 15, lanes are rows; rows that are not there are 0.
   */
  private void half(Assembler a, int half) {
    a.lea(Gpr.R8, Mem.at(Gpr.RDI, 16L * type.bytes() * half));
    for (int r = 0; r < 16; r++) {
      if (r < rows) {
        type.load(a, zmm(r), Mem.at(Gpr.R8, 0));
        a.add(Gpr.R8, Gpr.RSI);
      } else {
        a.vpxord(zmm(r), zmm(r), zmm(r));
      }
    }
    Transpose.emit(a);
  }

  /** Value i of all rows: the second half of a run is in registers. */
  private static Operand value(int i) {
    return i < 16 ? Mem.at(Gpr.RSP, 64 * i) : zmm(i - 16);
  }

  private static Zmm t(int i) {
    return zmm(20 + i % 8);
  }

  /** {@link #TOP} = s, {@link #FACTOR} = 1 / s. */
  private static void scale(Assembler a) {
    a.vpbroadcastd(MAGNITUDE, a.constant(0x7FFFFFFF));
    a.vpbroadcastd(TOP, a.constant(Float.floatToRawIntBits(1e-30f)));
    for (int i = 0; i < 32; i++) {
      a.vpandd(t(i), MAGNITUDE, value(i));
      // As integers, so that a NaN is larger than all numbers and makes the scale a NaN.
      a.vpmaxsd(TOP, TOP, t(i));
    }
    a.vbroadcastss(FACTOR, a.constant(Float.floatToRawIntBits(1)));
    a.vdivps(FACTOR, FACTOR, TOP);
    // Σ (v / top)², in four sums that do not wait for each other.
    for (int i = 0; i < 4; i++) {
      a.vpxord(zmm(28 + i), zmm(28 + i), zmm(28 + i));
    }
    for (int i = 0; i < 32; i++) {
      a.vmulps(t(i), FACTOR, value(i));
      a.vfmadd231ps(zmm(28 + i % 4), t(i), t(i));
    }
    a.vaddps(zmm(28), zmm(28), zmm(29));
    a.vaddps(zmm(30), zmm(30), zmm(31));
    a.vaddps(SQUARES, zmm(28), zmm(30));
    a.vsqrtps(SQUARES, SQUARES);
    a.vmaxps(SQUARES, SQUARES, Lanes.all(a, LENGTH / LARGEST));
    a.vmulps(SQUARES, SQUARES, Lanes.all(a, 1 / LENGTH));
    a.vmulps(TOP, TOP, SQUARES);
    a.vdivps(FACTOR, FACTOR, SQUARES);
  }

  /** low = two words, low / s and above it high / s. */
  private static void pair(Assembler a, Zmm low, Zmm high) {
    a.vmulps(low, low, FACTOR);
    a.vmulps(high, high, FACTOR);
    a.vcvtps2dq(low, low);
    a.vcvtps2dq(high, high);
    a.vpandd(low, low, a.constant(0xFFFF).all());
    a.vpslld(high, high, 16);
    a.vpord(low, low, high);
  }
}
