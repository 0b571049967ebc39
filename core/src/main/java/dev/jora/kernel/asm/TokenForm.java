package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

import java.lang.foreign.Arena;

/**
 * Activations of up to {@link Cut#MOST} tokens in fixed point, for {@link BandProducts}: 32 values
 * of a token share a scale as in {@link RowForm}. Most runs of 32 are multiplied by their upper
 * bytes alone, which is what 8 bits give. Runs whose rounding error over all of these tokens is far
 * above the usual one are multiplied by both bytes: real activations have a few columns that are
 * much larger than all others, so this takes away most of the error (docs/kernels.md has figures).
 *
 * <p>A group is the choice of {@link FineRuns}; a measure of each run's error; and the runs. A run
 * is a list of rows of one 32-bit value per token.
 */
final class TokenForm {
  // Rows of a run. Four values a lane, then scales, then sums of 16, 16 and 32 values.
  static final int HI = 0;
  static final int LO = 8;
  static final int SCALE = 16;
  static final int SCALE_HI = 17;

  /** −128 Σ hi, integers. */
  static final int LESS_HI = 18;

  /** −128 Σ lo, integers. */
  static final int LESS_LO = 21;

  /** Σ x of the upper bytes alone. */
  static final int SUM_HI = 24;

  /** Σ x of both. */
  static final int SUM = 27;

  private static final int ROWS = 30;
  private static final int MARGIN = 64;
  private static final int SCRATCH = 16 * 64 + 64;

  private final int k;
  private final int tokens;
  private final FineRuns fine;
  private final Code code;

  TokenForm(int k, int tokens, FineRuns fine) {
    this.k = k;
    this.tokens = tokens;
    this.fine = fine;
    this.code = assemble();
  }

  private static long errorsAt(int k) {
    return FineRuns.bytes(k);
  }

  /** Where the runs of a group begin. */
  static long runsAt(int k) {
    return errorsAt(k) + (4L * (k / 32) + 63 & -64);
  }

  /** Bytes of a run. */
  static int runBytes(int tokens) {
    return 4 * ROWS * tokens;
  }

  /** Bytes of a group. */
  static long bytes(int k, int tokens) {
    return (runsAt(k) + (long) runBytes(tokens) * (k / 32) + MARGIN + 63) & -64;
  }

  /** Writes a group; x of a token lies {@code ldx} bytes after that of the one before. */
  void prepare(long x, long ldx, long out) {
    try (Arena arena = Arena.ofConfined()) {
      code.call(x, ldx, out, arena.allocate(SCRATCH, 64).address(), 0, 0);
    }
    order(out);
  }

  private void order(long out) {
    float[] errors = new float[k / 32];
    for (int r = 0; r < errors.length; r++) {
      errors[r] = Memory.getFloat(out + errorsAt(k) + 4L * r);
    }
    fine.write(errors, out);
  }

  private long row(int row) {
    return 4L * row * tokens;
  }

  /** Arguments: x, bytes from token to token, out, scratch. */
  private Code assemble() {
    Assembler a = new Assembler();
    Quantizer q = new Quantizer(a);
    int present = 3; // mask register
    a.mov(Gpr.RAX, (1 << tokens) - 1);
    a.kmovd(present, Gpr.RAX);
    a.lea(Gpr.R8, Mem.at(Gpr.RDX, errorsAt(k)));
    a.add(Gpr.RDX, runsAt(k));
    a.mov(Gpr.R9, k / 32);
    Label run = a.here();
    q.constants();
    a.mov(Gpr.R10, Gpr.RDI);
    a.mov(Gpr.R11, Gpr.RCX);
    a.lea(Gpr.RAX, Mem.at(Gpr.RCX, 1024));
    for (int t = 0; t < tokens; t++) {
      q.run(Mem.at(Gpr.R10, 0), Mem.at(Gpr.R10, 64));
      a.vpmovdb(Mem.at(Gpr.R11, 64 * t), Quantizer.HI0);
      a.vpmovdb(Mem.at(Gpr.R11, 64 * t + 16), Quantizer.HI1);
      a.vpmovdb(Mem.at(Gpr.R11, 64 * t + 32), Quantizer.LO0);
      a.vpmovdb(Mem.at(Gpr.R11, 64 * t + 48), Quantizer.LO1);
      a.vmovss(Mem.at(Gpr.RAX, 4 * t), Quantizer.SCALE);
      a.add(Gpr.R10, Gpr.RSI);
    }
    Transpose.emit(a, Mem.at(Gpr.RCX, 0));
    // Rows are written in order: what spills past the tokens is overwritten by the next row.
    for (int i = 0; i < 16; i++) {
      a.vmovups(Mem.at(Gpr.RDX, row(HI + i)), zmm(i));
    }
    Zmm ones = zmm(16);
    a.vpbroadcastd(ones, a.constant(0x01010101));
    for (int part = 0; part < 4; part++) { // hi, hi, lo, lo of 16 values each
      Zmm sum = zmm(17 + part);
      a.vpxord(sum, sum, sum);
      for (int i = 0; i < 4; i++) {
        a.vpdpbusd(sum, ones, zmm(4 * part + i));
      }
    }
    Zmm scale = zmm(21);
    Zmm scaleHi = zmm(22);
    a.vmovups(scale, Mem.at(Gpr.RCX, 1024));
    a.vmulps(scaleHi, scale, a.constant(Float.floatToRawIntBits(256f)).all());
    a.vmovups(Mem.at(Gpr.RDX, row(SCALE)), scale);
    a.vmovups(Mem.at(Gpr.RDX, row(SCALE_HI)), scaleHi);
    less(a, LESS_HI, zmm(17), zmm(18));
    less(a, LESS_LO, zmm(19), zmm(20));
    for (int part = 0; part < 2; part++) {
      a.vpslld(zmm(part), zmm(17 + part), 8);
      a.vpaddd(zmm(part), zmm(part), zmm(19 + part));
    }
    sums(a, SUM_HI, zmm(17), zmm(18), scaleHi);
    sums(a, SUM, zmm(0), zmm(1), scale);
    // The error: the sum over tokens of the squares of a step of the upper byte.
    a.vmulps(zmm(0).zero(present), scaleHi, scaleHi);
    Lanes.sum(a, zmm(0), zmm(1));
    a.vmovss(Mem.at(Gpr.R8, 0), zmm(0));
    a.add(Gpr.RDI, 128);
    a.add(Gpr.R8, 4);
    a.add(Gpr.RDX, runBytes(tokens));
    a.sub(Gpr.R9, 1);
    a.jnz(run);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  private void less(Assembler a, int row, Zmm first, Zmm second) {
    Zmm t = zmm(23);
    Zmm both = zmm(24);
    Zmm zero = zmm(25);
    a.vpxord(zero, zero, zero);
    a.vpxord(both, both, both);
    for (int i = 0; i < 2; i++) {
      a.vpslld(t, i == 0 ? first : second, 7);
      a.vpsubd(t, zero, t);
      a.vpaddd(both, both, t);
      a.vmovups(Mem.at(Gpr.RDX, row(row + i)), t);
    }
    a.vmovups(Mem.at(Gpr.RDX, row(row + 2)), both);
  }

  private void sums(Assembler a, int row, Zmm first, Zmm second, Zmm scale) {
    Zmm t = zmm(23);
    Zmm both = zmm(24);
    a.vpxord(both, both, both);
    for (int i = 0; i < 2; i++) {
      a.vcvtdq2ps(t, i == 0 ? first : second);
      a.vmulps(t, t, scale);
      a.vaddps(both, both, t);
      a.vmovups(Mem.at(Gpr.RDX, row(row + i)), t);
    }
    a.vmovups(Mem.at(Gpr.RDX, row(row + 2)), both);
  }
}
