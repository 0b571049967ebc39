package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * Products of weight rows with one row of activations or a few ({@link ShortForm}), rows of one
 * length: what {@link RowProducts} is on AVX-512. Weights become 16-bit values, so that no sum of
 * products can be too large for its lane.
 */
final class ShortRows {
  private static final Ymm SUM = ymm(11);
  private static final Ymm T = ymm(12);
  private static final Ymm LOWER = ymm(13); // the lower bytes of 16-bit values
  private static final Ymm X_SCALE = ymm(14);
  private static final Ymm OFFSET = ymm(15);
  private static final Ymm SCALE = RunCode.T2;
  private static final Ymm MIN = RunCode.MINS[0];
  private static final Ymm EVEN = RunCode.T1;
  private static final Ymm ODD = RunCode.Q;

  /** Bytes that memory is asked for ahead of a row, as in {@link RowProducts}. */
  static final int PREFETCH = 2304;

  /** Up to so many tokens have their sums of a row in registers, 0 to 3. */
  private static final int IN_REGISTERS = 4;

  /** The four rows, the x they meet, and what is left to do. */
  private static final Gpr[] ROWS = RowProducts.ROWS;

  private static final Gpr X = Gpr.R12;
  private static final Gpr X_SCALES = Gpr.RDX; // the first x stands on the stack
  private static final Gpr Y_STREAM = Gpr.R13;
  private static final Gpr X_LANES = Gpr.RSI;
  private static final Gpr UNITS = Gpr.R14;

  private final RunCode type;
  private final int k;
  private final int tokens;
  private final Dot256 dot;
  private final boolean units; // of 256 values, whose scales are read at once
  private final int runs; // of a unit, or of what is read in its place
  private final int unitBytes;
  private final Code one;
  private final Code four;

  ShortRows(RunCode type, int k, int tokens, Dot256 dot) {
    this.type = type;
    this.k = k;
    this.tokens = tokens;
    this.dot = dot;
    this.units = type.large() || k % 256 == 0;
    this.runs = units ? 8 : type.runs();
    this.unitBytes = type.unitBytes() * runs / type.runs();
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /**
   * y[t, r] = w[r] · x[t] for {@code rows} rows.
   *
   * @param rowBytes from row to row
   * @param ldy bytes from token to token
   */
  void run(long w, long rowBytes, int rows, long x, long y, long ldy) {
    RowProducts.run(one, four, w, rowBytes, rows, x, y, ldy);
  }

  // On the stack: for each token scales of a unit; totals; x, and the caller's stack pointer.

  private static Mem scales(int t) {
    return Mem.at(Gpr.RSP, 64L * t);
  }

  private Mem total(int r, int t) {
    return Mem.at(Gpr.RSP, 64L * tokens + 32L * (r * tokens + t));
  }

  private Mem firstX(int rows) {
    return total(rows, 0);
  }

  private Mem callerStack(int rows) {
    return firstX(rows).plus(8);
  }

  /** Arguments as in {@link RowProducts}. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(RowProducts.SAVED);
    a.mov(Gpr.RAX, Gpr.RSP);
    a.sub(Gpr.RSP, callerStack(rows).disp() + 64);
    a.and(Gpr.RSP, -64);
    a.mov(callerStack(rows), Gpr.RAX);
    a.mov(firstX(rows), Gpr.RDX);
    a.vpbroadcastd(LOWER, a.constant(0x00FF00FF));
    a.vbroadcastss(OFFSET, a.constant(Float.floatToRawIntBits(type.offset())));
    RowProducts.streams(a, rows);
    Label row = a.here();
    a.vpxor(T, T, T);
    for (int i = 0; i < rows * tokens; i++) {
      a.vmovups(total(0, i), T);
    }
    a.mov(X, firstX(rows));
    a.lea(X_SCALES, Mem.at(X, ShortForm.scalesAt(k, type.group())));
    a.lea(X_LANES, Mem.at(X, ShortForm.laneSumsAt(k)));
    a.mov(UNITS, k / 32 / runs);
    Label unit = a.here();
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < unitBytes; ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], PREFETCH + ahead));
      }
    }
    for (int r = 0; r < rows; r++) {
      unit(a, r);
      a.add(ROWS[r], unitBytes);
    }
    a.add(X, (long) ShortForm.RUN_BYTES * runs);
    a.add(X_SCALES, 4L * runs * 32 / type.group());
    a.add(X_LANES, 32L * runs);
    a.sub(UNITS, 1);
    a.jnz(unit);
    store(a, rows);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.mov(Gpr.RSP, callerStack(rows));
    a.restoreAndReturn(RowProducts.SAVED);
    return new Code(a);
  }

  /** To y, which goes on to the next row. */
  private void store(Assembler a, int rows) {
    Results.store(
        a,
        rows,
        tokens,
        Gpr.RCX,
        Y_STREAM,
        Gpr.R9,
        (r, t) -> {
          a.vmovups(SUM, total(r, t));
          Lanes.sum(a, SUM, T);
          a.vmovss(Mem.at(Gpr.RAX, 0), SUM);
        });
    a.add(Gpr.RCX, 4);
  }

  /** The total of a token in the row at hand, in a register until {@link #end}. */
  private Ymm begin(Assembler a, int r, int t) {
    if (tokens > IN_REGISTERS) {
      a.vmovups(ymm(0), total(r, t));
    }
    return tokens > IN_REGISTERS ? ymm(0) : ymm(t);
  }

  private void end(Assembler a, int r, int t) {
    if (tokens > IN_REGISTERS) {
      a.vmovups(total(r, t), ymm(0));
    }
  }

  /** A unit of row r and of all tokens. */
  private void unit(Assembler a, int r) {
    for (int t = 0; tokens <= IN_REGISTERS && t < tokens; t++) {
      a.vmovups(ymm(t), total(r, t));
    }
    if (units) {
      scales(a, r);
    }
    for (int i = 0; i < runs; i++) {
      type.weights(a, ROWS[r], i);
      a.vpand(EVEN, ODD, LOWER);
      a.vpsrlw(ODD, ODD, 8);
      if (!units) {
        if (type.offset() == 0) {
          type.min(a, ROWS[r], i, MIN);
        }
        type.scale(a, ROWS[r], i, SCALE);
      }
      for (int t = 0; t < tokens; t++) {
        run(a, r, i, t);
      }
    }
    for (int t = 0; tokens <= IN_REGISTERS && t < tokens; t++) {
      a.vmovups(total(r, t), ymm(t));
    }
  }

  /** Scales of a unit, times those of the activations; what comes off is taken off at once. */
  private void scales(Assembler a, int r) {
    if (type.large()) {
      type.begin(a, ROWS[r]);
    } else {
      type.begin8(a, ROWS[r]);
    }
    long sums = ShortForm.sumsAt(k, type.group()) - ShortForm.scalesAt(k, type.group());
    for (int t = 0; t < tokens; t++) {
      Ymm total = begin(a, r, t);
      for (int i = 0; i < type.parts(); i++) {
        Mem scales = x(X_SCALES, t, 32 * i);
        a.vfnmadd231ps(total, RunCode.MINS[i], scales.plus(sums));
        a.vmulps(T, RunCode.SCALES[i], scales);
        a.vmovups(scales(t).plus(32 * i), T);
      }
      end(a, r, t);
    }
  }

  /** total += scale · Σ q v, four values a lane, and what comes off per run. */
  private void run(Assembler a, int r, int i, int t) {
    Mem x = x(X, t, (long) ShortForm.RUN_BYTES * i);
    a.vpmaddwd(SUM, EVEN, x);
    dot.words(a, SUM, ODD, x.plus(ShortForm.ODD), T);
    a.vcvtdq2ps(SUM, SUM);
    Ymm total = begin(a, r, t);
    if (!units) {
      Mem lanes = x(X_LANES, t, 32 * i);
      a.vbroadcastss(X_SCALE, x(X_SCALES, t, 4 * i));
      a.vmulps(SUM, SUM, X_SCALE);
      if (type.offset() != 0) {
        a.vfnmadd231ps(SUM, OFFSET, lanes);
      } else {
        a.vfmadd231ps(total, MIN, lanes);
      }
    } else if (type.group() == 32) {
      a.vbroadcastss(SCALE, scales(t).plus(4 * i));
    } else {
      a.vbroadcastsd(SCALE, scales(t).plus(8 * i));
      a.vpermilps(SCALE, SCALE, RunCode.lanes(a, lane -> lane / 4));
    }
    a.vfmadd231ps(total, SUM, SCALE);
    end(a, r, t);
  }

  /** What token t has at a place. */
  private Mem x(Gpr at, int t, long disp) {
    return Mem.at(at, ShortForm.bytes(k) * t + disp);
  }
}
