package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * Activations of up to six tokens in fixed point, for {@link ByteTile}: what {@link TokenForm} is
 * on AVX-512, with the same rounding to v = 256 hi + lo, and the same choice of the runs of 32
 * values that are multiplied by both bytes.
 *
 * <p>A group is the choice of {@link FineRuns}, then its tokens. A token has 64 bytes for each run:
 * hi[32], the scale, and sums; then lo[32] for each run.
 */
final class ByteForm {
  /** The most tokens in a group: twelve sums and what is loaded fill 16 registers. */
  static final int MOST = 6;

  static final int RUN_BYTES = 64;

  /** Where in a run its scale is. */
  static final int SCALE = 32;

  /** Σ x of the upper bytes alone: of 32, 16 and 16 values. */
  static final int SUMS_HI = 36;

  /** Σ x of both. */
  static final int SUMS = 48;

  private static final Ymm LO = ymm(8);
  private static final Ymm HI = ymm(9);
  private static final Ymm T = FixedPoint.T;

  private final int k;
  private final int tokens;
  private final Code code;

  ByteForm(int k, int tokens) {
    this.k = k;
    this.tokens = tokens;
    this.code = assemble();
  }

  /** Where the tokens of a group begin. */
  static long tokensAt(int k) {
    return FineRuns.bytes(k);
  }

  static long tokenBytes(int k) {
    return 3L * k;
  }

  /** Where the lower bytes of a token begin. */
  static long loAt(int k) {
    return 2L * k;
  }

  /** Bytes of a group. */
  static long bytes(int k, int tokens) {
    return tokensAt(k) + tokenBytes(k) * tokens;
  }

  /**
   * Writes a group; x of a token lies {@code ldx} bytes after that of the one before.
   *
   * @param fine a bit for each token that has all of its runs multiplied by both bytes
   */
  void prepare(long x, long ldx, int fine, long out) {
    int runs = k / 32;
    float[] limits = new float[tokens];
    for (int t = 0; t < tokens; t++) {
      long to = tokenAt(t, out);
      code.call(x + ldx * t, to, to + loAt(k), 0, 0, 0);
      int bits = 0;
      for (int r = 0; r < runs; r++) {
        bits += Memory.getInt(to + (long) RUN_BYTES * r + SCALE) >>> FineRuns.DROPPED;
      }
      limits[t] = (fine >> t & 1) == 1 ? 0 : FineRuns.limit(bits, k);
    }
    for (int r = 0; r < runs; r++) {
      Memory.setInt(out + 4L * r, choose(r, limits, out) ? 1 : 0);
    }
  }

  private long tokenAt(int t, long group) {
    return group + tokensAt(k) + tokenBytes(k) * t;
  }

  /** True if a token has chosen the run; the lower bytes of the others are 0 then. */
  private boolean choose(int r, float[] limits, long group) {
    boolean any = false;
    for (int t = 0; t < tokens; t++) {
      any |= isChosen(r, t, limits[t], group);
    }
    for (int t = 0; any && t < tokens; t++) {
      if (!isChosen(r, t, limits[t], group)) {
        long run = tokenAt(t, group) + (long) RUN_BYTES * r;
        long lo = tokenAt(t, group) + loAt(k) + 32L * r;
        for (int i = 0; i < 8; i++) {
          Memory.setInt(lo + 4L * i, 0);
        }
        Memory.copy(run + SUMS_HI, run + SUMS, 12);
      }
    }
    return any;
  }

  private boolean isChosen(int r, int t, float limit, long group) {
    return Memory.getFloat(tokenAt(t, group) + (long) RUN_BYTES * r + SCALE) > limit;
  }

  /** Arguments: x of a token, where its runs and its lower bytes go. */
  private Code assemble() {
    Assembler a = new Assembler();
    FixedPoint.constants(a);
    a.mov(Gpr.RAX, k / 32);
    Label run = a.here();
    FixedPoint.run(a, Gpr.RDI);
    a.vpackssdw(ymm(0), ymm(0), ymm(1));
    a.vpackssdw(ymm(1), ymm(2), ymm(3));
    for (int i = 0; i < 2; i++) {
      Ymm hi = ymm(2 + i);
      a.vpaddw(hi, ymm(i), RunCode.lanes(a, lane -> 0x00800080));
      a.vpsraw(hi, hi, 8);
      a.vpsllw(T, hi, 8);
      a.vpsubw(ymm(i), ymm(i), T);
    }
    a.vpacksswb(LO, ymm(0), ymm(1));
    a.vpacksswb(HI, ymm(2), ymm(3));
    a.vpermps(LO, FixedPoint.ORDER, LO);
    a.vpermps(HI, FixedPoint.ORDER, HI);
    a.vmovups(Mem.at(Gpr.RSI, 0), HI);
    a.vmovups(Mem.at(Gpr.RDX, 0), LO);
    a.vmovss(Mem.at(Gpr.RSI, SCALE), FixedPoint.SCALE);
    bySixteen(a, HI);
    bySixteen(a, LO);
    a.vpslld(HI, HI, 8);
    a.vpaddd(LO, LO, HI);
    sums(a, HI, SUMS_HI);
    sums(a, LO, SUMS);
    a.add(Gpr.RDI, 128);
    a.add(Gpr.RSI, RUN_BYTES);
    a.add(Gpr.RDX, 32);
    a.sub(Gpr.RAX, 1);
    a.jnz(run);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** v = the sums of its bytes, those of the first 16 in each lane of the lower half. */
  private static void bySixteen(Assembler a, Ymm v) {
    a.vmovups(T, RunCode.bytes(a, i -> 1));
    a.vpmaddubsw(v, T, v);
    a.vpmaddwd(v, v, RunCode.lanes(a, i -> 0x00010001));
    a.vpermilps(T, v, 0xB1);
    a.vpaddd(v, v, T);
    a.vpermilps(T, v, 0x4E);
    a.vpaddd(v, v, T);
  }

  private static void sums(Assembler a, Ymm v, int at) {
    a.vcvtdq2ps(v, v);
    a.vmulps(v, v, FixedPoint.SCALE);
    a.vmovss(Mem.at(Gpr.RSI, at + 4), v);
    a.vextracti128(T, v, 1);
    a.vmovss(Mem.at(Gpr.RSI, at + 8), T);
    a.vaddps(v, v, T);
    a.vmovss(Mem.at(Gpr.RSI, at), v);
  }
}
