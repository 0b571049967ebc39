package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * One page of 64 positions of one key head, for all queries of its group: scores, the online
 * softmax, and the weighted sums of values. Scores have a lane per position, so that nothing is
 * summed over lanes; sums of values have a lane per dimension. Four queries go side by side and
 * share the loads.
 *
 * <p>A query has a record of 16 bytes: a bit for each position it sees (64), the largest score so
 * far (float), the sum of e^(score − largest) so far (float).
 */
final class PageAttention {
  static final int POSITIONS = 64;
  static final int RECORD = 16;

  /** Bytes of weights that a query keeps on the stack: one for each position, and what stays. */
  private static final int WEIGHTS = 4 * POSITIONS;

  private static final Gpr QUERY = Gpr.RDI;
  private static final Gpr KEYS = Gpr.RSI;
  private static final Gpr VALUES = Gpr.RDX;
  private static final Gpr OUT = Gpr.RCX;
  private static final Gpr LEFT = Gpr.R8;
  private static final Gpr RECORDS = Gpr.R9;
  private static final Gpr COUNT = Gpr.RBX;

  /** The mask register that has lane 0. */
  private static final int FIRST = 5;

  private static final Zmm T0 = zmm(16);
  private static final Zmm T1 = zmm(17);
  private static final Zmm MAX = zmm(18);
  private static final Zmm SUM = zmm(19);
  private static final Zmm KEEP = zmm(20);

  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP};

  private final int d;
  private final int dv;
  private final boolean halves;
  private final Code code;

  /**
   * For keys of {@code d} and values of {@code dv} values, multiples of 16.
   *
   * @param halves true: values are halves; false: floats
   */
  PageAttention(int d, int dv, boolean halves) {
    this.d = d;
    this.dv = dv;
    this.halves = halves;
    this.code = assemble();
  }

  /**
   * Takes the first n positions of a page into the state of {@code rows} queries.
   *
   * @param q floats[rows, d], scaled
   * @param keys floats[d, 64]
   * @param values floats[64, dv], or halves
   * @param out floats[rows, dv], sums so far
   * @param records see above
   */
  void run(long q, long keys, long values, long out, int rows, int n, long records) {
    code.call(q, keys, values, out, (long) n << 32 | rows, records);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.sub(Gpr.RSP, 4L * WEIGHTS + 64);
    a.mov(Gpr.RAX, 1);
    a.kmovd(FIRST, Gpr.RAX);
    a.mov(COUNT, LEFT);
    a.shr(COUNT, 32);
    a.shl(LEFT, 32);
    a.shr(LEFT, 32);
    Label end = new Label();
    for (int together = 4; together >= 1; together--) {
      Label fewer = together == 1 ? end : new Label();
      Label again = a.here();
      a.cmp(LEFT, together);
      a.jl(fewer);
      queries(a, together);
      a.sub(LEFT, together);
      a.jnz(again);
      a.bind(fewer);
    }
    a.add(Gpr.RSP, 4L * WEIGHTS + 64);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  private void queries(Assembler a, int rows) {
    scores(a, rows);
    for (int r = 0; r < rows; r++) {
      weights(a, r);
    }
    for (int column = 0; column < dv; column += 64) {
      sums(a, rows, column, Math.min(4, (dv - column) / 16));
    }
    a.add(QUERY, 4L * rows * d);
    a.add(OUT, 4L * rows * dv);
    a.add(RECORDS, (long) RECORD * rows);
  }

  /** Scores of query r and positions 16 g to 16 g + 15 into register 4 r + g. */
  private void scores(Assembler a, int rows) {
    for (int i = 0; i < 4 * rows; i++) {
      a.vpxord(zmm(i), zmm(i), zmm(i));
    }
    a.mov(Gpr.RAX, KEYS);
    a.mov(Gpr.R10, QUERY);
    a.mov(Gpr.R11, d / 4);
    Label next = a.here();
    for (int i = 0; i < 4; i++) {
      for (int g = 0; g < 4; g++) {
        a.vmovups(zmm(20 + g), Mem.at(Gpr.RAX, 256 * i + 64 * g));
      }
      for (int r = 0; r < rows; r++) {
        a.vbroadcastss(zmm(24 + r), Mem.at(Gpr.R10, 4L * r * d + 4 * i));
        for (int g = 0; g < 4; g++) {
          a.vfmadd231ps(zmm(4 * r + g), zmm(20 + g), zmm(24 + r));
        }
      }
    }
    a.add(Gpr.RAX, 1024);
    a.add(Gpr.R10, 16);
    a.sub(Gpr.R11, 1);
    a.jnz(next);
  }

  /** The online softmax of query r: its weights go to the stack, its record is brought up. */
  private void weights(Assembler a, int r) {
    Mem record = Mem.at(RECORDS, (long) RECORD * r);
    a.mov(Gpr.RAX, record);
    a.vbroadcastss(MAX, record.plus(8));
    a.vmovups(T0, MAX);
    for (int g = 0; g < 4; g++) {
      a.kmovd(1 + g, Gpr.RAX);
      a.shr(Gpr.RAX, 16);
      a.vmaxps(T0.merge(1 + g), T0, zmm(4 * r + g));
    }
    Lanes.max(a, T0, T1);
    a.vmovss(record.plus(8), T0);
    // A query that has seen nothing yet: −∞ less −∞ would be no number.
    a.vbroadcastss(T1, a.constant(Float.floatToRawIntBits(-Float.MAX_VALUE)));
    a.vmaxps(T0, T1, T0);
    a.vsubps(KEEP, MAX, T0);
    Lanes.exp(a, KEEP, T1, SUM);
    a.vmovups(MAX, T0);
    a.vbroadcastss(SUM, record.plus(12));
    a.vmulps(SUM.zero(FIRST), SUM, KEEP); // the sum so far counts once: lane 0
    for (int g = 0; g < 4; g++) {
      Zmm s = zmm(4 * r + g);
      a.vsubps(s, s, MAX);
      Lanes.exp(a, s, T0, T1);
      a.vmovups(s.zero(1 + g), s);
      a.vmovups(Mem.at(Gpr.RSP, (long) WEIGHTS * r + 64 * g), s);
      a.vaddps(SUM, SUM, s);
    }
    Lanes.sum(a, SUM, T0);
    a.vmovss(record.plus(12), SUM);
    a.vmovss(Mem.at(Gpr.RSP, 4L * WEIGHTS + 4 * r), KEEP);
  }

  /** out = keep · out + Σ weight · value, for {@code vectors} vectors from a column on. */
  private void sums(Assembler a, int rows, int column, int vectors) {
    for (int r = 0; r < rows; r++) {
      a.vbroadcastss(T0, Mem.at(Gpr.RSP, 4L * WEIGHTS + 4 * r));
      for (int v = 0; v < vectors; v++) {
        a.vmulps(zmm(4 * r + v), T0, Mem.at(OUT, 4L * (r * dv + column) + 64 * v));
      }
    }
    int size = halves ? 2 : 4;
    a.lea(Gpr.RAX, Mem.at(VALUES, (long) size * column));
    a.mov(Gpr.R10, Gpr.RSP);
    a.mov(Gpr.R11, COUNT);
    Label next = a.here();
    for (int v = 0; v < vectors; v++) {
      Mem value = Mem.at(Gpr.RAX, 16L * size * v);
      if (halves) {
        a.vcvtph2ps(zmm(20 + v), value);
      } else {
        a.vmovups(zmm(20 + v), value);
      }
    }
    for (int r = 0; r < rows; r++) {
      a.vbroadcastss(zmm(24 + r), Mem.at(Gpr.R10, (long) WEIGHTS * r));
      for (int v = 0; v < vectors; v++) {
        a.vfmadd231ps(zmm(4 * r + v), zmm(20 + v), zmm(24 + r));
      }
    }
    a.add(Gpr.RAX, (long) size * dv);
    a.add(Gpr.R10, 4);
    a.sub(Gpr.R11, 1);
    a.jnz(next);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vmovups(Mem.at(OUT, 4L * (r * dv + column) + 64 * v), zmm(4 * r + v));
      }
    }
  }
}
