package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * Products of a band of 16 rows ({@link ByteBand}) and a group of tokens ({@link ByteForm}): what
 * {@link BandProducts} is on AVX-512. Lanes are rows; each token has two registers of integer sums,
 * and two of totals in memory, to which a group of values adds once.
 */
final class ByteTile {
  private static final Ymm[] W = {ymm(12), ymm(13)};
  private static final Ymm X = ymm(14);
  private static final Ymm T = ymm(15);

  private static final Gpr BAND = Gpr.RBX; // the run in the band
  private static final Gpr HI = Gpr.RAX; // upper bytes of the run, and its floats
  private static final Gpr LO = Gpr.R12; // lower bytes

  private static final Gpr FLAG = Gpr.RBP;

  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12};

  private final RunCode type;
  private final int k;
  private final int tokens;
  private final Dot256 dot;
  private final int planes;
  private final Code code;

  ByteTile(RunCode type, int k, int tokens, Dot256 dot) {
    this.type = type;
    this.k = k;
    this.tokens = tokens;
    this.dot = dot;
    this.planes = dot.planes(type.largest());
    this.code = assemble();
  }

  /** Bytes of scratch that {@link #run} wants. */
  static long scratchBytes() {
    return 2 * 64L * ByteForm.MOST;
  }

  /**
   * y[t, r] of a group.
   *
   * @param ldy bytes from token to token
   * @param rows valid rows of the band, up to 16
   */
  void run(long band, long x, long y, long ldy, int rows, long scratch) {
    code.call(band, x, y, ldy, rows, scratch);
  }

  private static Ymm sum(int t, int half) {
    return ymm(2 * t + half);
  }

  private static Mem total(int t, int half) {
    return Mem.at(Gpr.R9, 64 * t + 32 * half);
  }

  /** Integer sums of the steps before, where a group of values is done in several parts. */
  private static Mem before(int t, int half) {
    return total(t, half).plus(64 * ByteForm.MOST);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.vpxor(T, T, T);
    for (int t = 0; t < tokens; t++) {
      a.vmovups(total(t, 0), T);
      a.vmovups(total(t, 1), T);
    }
    runs(a);
    store(a);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  private void runs(Assembler a) {
    a.mov(BAND, Gpr.RDI);
    a.lea(HI, Mem.at(Gpr.RSI, ByteForm.tokensAt(k)));
    a.lea(LO, Mem.at(HI, ByteForm.loAt(k)));
    FineRuns.walk(a, k, Gpr.RSI, FLAG, fine -> run(a, fine));
  }

  /** A run, and a step to the next. */
  private void run(Assembler a, boolean fine) {
    for (int g = 0; g < 32 / type.group(); g++) {
      dots(a, g, HI, 8, false);
      if (fine) {
        dots(a, g, LO, 0, true);
      }
      add(a, g, fine);
    }
    a.add(BAND, ByteBand.runBytes(type, planes));
    a.add(HI, ByteForm.RUN_BYTES);
    a.add(LO, 32);
  }

  /**
   * sum (+)= 2^shift · Σ q x, for a group of values.
   *
   * @param bytes those of x
   * @param more true: on top of what is there
   */
  private void dots(Assembler a, int g, Gpr bytes, int shift, boolean more) {
    int all = type.group() / 4;
    int steps = Math.min(all, dot.steps(type.largest()));
    boolean first = !more;
    for (int plane = 0; plane < planes; plane++) {
      for (int from = 0; from < all; from += steps) {
        if (!first) {
          each((t, half) -> a.vmovups(before(t, half), sum(t, half)));
        }
        part(a, g * all + from, steps, plane, bytes);
        int places = shift + 4 * plane;
        each((t, half) -> dot.endBytes(a, sum(t, half), places));
        if (!first) {
          each((t, half) -> a.vpaddd(sum(t, half), sum(t, half), before(t, half)));
        }
        first = false;
      }
    }
  }

  private void part(Assembler a, int from, int steps, int plane, Gpr bytes) {
    for (int s = from; s < from + steps; s++) {
      for (int half = 0; half < 2; half++) {
        long at = (long) ByteBand.PLANE_BYTES * plane + ByteBand.STEP_BYTES * s + 32 * half;
        a.vmovups(W[half], Mem.at(BAND, at));
      }
      for (int t = 0; t < tokens; t++) {
        a.vpbroadcastd(X, x(bytes, t, 4L * s));
        for (int half = 0; half < 2; half++) {
          if (s == from) {
            dot.firstBytes(a, sum(t, half), W[half], X);
          } else {
            dot.bytes(a, sum(t, half), W[half], X, T);
          }
        }
      }
    }
  }

  private interface Sum {
    void emit(int t, int half);
  }

  private void each(Sum emitter) {
    for (int t = 0; t < tokens; t++) {
      emitter.emit(t, 0);
      emitter.emit(t, 1);
    }
  }

  /** total += scale · sum + minimum · Σ x. */
  private void add(Assembler a, int g, boolean fine) {
    for (int half = 0; half < 2; half++) {
      a.vmovups(W[half], Mem.at(BAND, ByteBand.scalesAt(planes, g) + 32 * half));
    }
    int part = type.group() == 32 ? 0 : 1 + g;
    int sums = (fine ? ByteForm.SUMS : ByteForm.SUMS_HI) + 4 * part;
    for (int t = 0; t < tokens; t++) {
      a.vbroadcastss(X, x(HI, t, ByteForm.SCALE));
      a.vbroadcastss(T, x(HI, t, sums));
      for (int half = 0; half < 2; half++) {
        Mem min = Mem.at(BAND, ByteBand.minsAt(type, planes, g) + 32 * half);
        a.vcvtdq2ps(sum(t, half), sum(t, half));
        a.vmulps(sum(t, half), sum(t, half), W[half]);
        a.vfmadd213ps(sum(t, half), X, total(t, half));
        a.vfmadd231ps(sum(t, half), T, min);
        a.vmovups(total(t, half), sum(t, half));
      }
    }
  }

  /** What token t has at a place. */
  private Mem x(Gpr at, int t, long disp) {
    return Mem.at(at, ByteForm.tokenBytes(k) * t + disp);
  }

  private void store(Assembler a) {
    int[] ones = new int[2 * ByteBand.ROWS]; // as many as there are rows, then zeros
    for (int i = 0; i < ByteBand.ROWS; i++) {
      ones[i] = -1;
    }
    a.lea(Gpr.RAX, a.constant(ones));
    a.imul(Gpr.R8, Gpr.R8, -4);
    a.add(Gpr.RAX, Gpr.R8);
    for (int half = 0; half < 2; half++) {
      a.vmovups(W[half], Mem.at(Gpr.RAX, 4L * ByteBand.ROWS + 32 * half));
    }
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        a.vmovups(T, total(t, half));
        a.vmaskmovps(Mem.at(Gpr.RDX, 32 * half), W[half], T);
      }
      a.add(Gpr.RDX, Gpr.RCX);
    }
  }
}
