package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

import java.lang.foreign.Arena;

/**
 * Activations of up to {@link Cut#MOST} tokens in fixed point, for {@link BandProducts}: 32 values
 * of a token share a scale as in {@link RowForm}. Most runs of 32 are multiplied by their upper
 * bytes alone, which is what 8 bits give. Those whose rounding error is far above the token's usual
 * one ({@link FineRuns}) are multiplied by both bytes: real activations have a few columns that are
 * much larger than all others, so this takes away most of the error (docs/kernels.md has figures).
 *
 * <p>A group is the choice of runs, then the runs. A run is a list of rows of one 32-bit value per
 * token. In a run that is multiplied by both bytes, tokens that have not chosen it have lower bytes
 * of 0, and so the very product that the upper bytes alone would give.
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

  // Mask registers: tokens that choose all runs, or this one.
  private static final int WHOLE = 4;
  private static final int CHOSEN = 5;

  private static final int SCRATCH = 16 * 64 + 64;

  private final int k;
  private final int tokens;
  private final Code code;

  TokenForm(int k, int tokens) {
    this.k = k;
    this.tokens = tokens;
    this.code = assemble();
  }

  /** Where the runs of a group begin. */
  static long runsAt(int k) {
    return FineRuns.bytes(k);
  }

  /** Bytes of a run. */
  static int runBytes(int tokens) {
    return 4 * ROWS * tokens;
  }

  /** Bytes of a group. */
  static long bytes(int k, int tokens) {
    return (runsAt(k) + (long) runBytes(tokens) * (k / 32) + MARGIN + 63) & -64;
  }

  /**
   * Writes a group; x of a token lies {@code ldx} bytes after that of the one before.
   *
   * @param fine a bit for each token that has all of its runs multiplied by both bytes
   */
  void prepare(long x, long ldx, int fine, long out) {
    try (Arena arena = Arena.ofConfined()) {
      code.call(x, ldx, out, arena.allocate(SCRATCH, 64).address(), fine, 0);
    }
  }

  private long row(int row) {
    return 4L * row * tokens;
  }

  /** Arguments: x, bytes from token to token, out, scratch, tokens that choose all runs. */
  private Code assemble() {
    Assembler a = new Assembler();
    Quantizer q = new Quantizer(a);
    a.kmovd(WHOLE, Gpr.R8);
    a.mov(Gpr.R8, Gpr.RDX);
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
    a.add(Gpr.RDI, 128);
    a.add(Gpr.RDX, runBytes(tokens));
    a.sub(Gpr.R9, 1);
    a.jnz(run);
    choose(a);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** Which runs are multiplied by both bytes, and of which tokens these have to be 0. */
  private void choose(Assembler a) {
    Zmm limit = zmm(0);
    Zmm zero = zmm(1);
    a.vpxord(zero, zero, zero);
    a.vpxord(limit, limit, limit);
    a.mov(Gpr.RDX, Gpr.R8);
    a.add(Gpr.RDX, runsAt(k));
    a.mov(Gpr.R9, k / 32);
    Label step = a.here();
    a.vmovups(zmm(2), Mem.at(Gpr.RDX, row(SCALE)));
    a.vpsrld(zmm(2), zmm(2), FineRuns.DROPPED);
    a.vpaddd(limit, limit, zmm(2));
    a.add(Gpr.RDX, runBytes(tokens));
    a.sub(Gpr.R9, 1);
    a.jnz(step);
    a.vcvtdq2ps(limit, limit);
    a.vmulps(limit, limit, a.constant(Float.floatToRawIntBits(FineRuns.factor(k))).all());
    a.vcvtps2dq(limit, limit);
    a.vpaddd(limit, limit, a.constant(FineRuns.above()).all());
    a.vpxord(limit.merge(WHOLE), limit, limit);
    a.mov(Gpr.RDX, Gpr.R8);
    a.add(Gpr.RDX, runsAt(k));
    a.mov(Gpr.R9, k / 32);
    Label run = a.here();
    Label none = new Label();
    a.vcmpltps(CHOSEN, limit, Mem.at(Gpr.RDX, row(SCALE)));
    a.kmovd(Gpr.RAX, CHOSEN);
    a.and(Gpr.RAX, (1 << tokens) - 1);
    a.mov32(Mem.at(Gpr.R8, 0), Gpr.RAX);
    a.cmp(Gpr.RAX, 0);
    a.jz(none);
    a.mov(Gpr.R10, (1 << tokens) - 1);
    a.sub(Gpr.R10, Gpr.RAX);
    a.kmovd(CHOSEN, Gpr.R10); // those that have not
    for (int i = LO; i < LO + 8; i++) {
      a.vmovups(Mem.at(Gpr.RDX, row(i)), zero.merge(CHOSEN));
    }
    for (int i = 0; i < 3; i++) {
      a.vmovups(Mem.at(Gpr.RDX, row(LESS_LO + i)), zero.merge(CHOSEN));
      a.vmovups(zmm(2), Mem.at(Gpr.RDX, row(SUM_HI + i)));
      a.vmovups(Mem.at(Gpr.RDX, row(SUM + i)), zmm(2).merge(CHOSEN));
    }
    a.bind(none);
    a.add(Gpr.R8, 4);
    a.add(Gpr.RDX, runBytes(tokens));
    a.sub(Gpr.R9, 1);
    a.jnz(run);
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
