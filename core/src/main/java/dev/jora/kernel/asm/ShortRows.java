package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Ymm.ymm;

/**
 * Products of weight rows with one row of activations ({@link ShortForm}), rows of one length: what
 * {@link RowProducts} is on AVX-512. Weights become 16-bit values, so that no sum of products can
 * be too large for its lane.
 */
final class ShortRows {
  private static final Ymm EVEN_X = ymm(11);
  private static final Ymm ODD_X = ymm(12);
  private static final Ymm LOWER = ymm(13); // the lower bytes of 16-bit values
  private static final Ymm X_SCALE = ymm(14);
  private static final Ymm OFFSET = ymm(15);
  private static final Ymm SCALE = RunCode.T2;
  private static final Ymm EVEN = RunCode.T1;
  private static final Ymm ODD = RunCode.Q;

  /** Bytes that memory is asked for ahead of a row, as in {@link RowProducts}. */
  static final int PREFETCH = 2304;

  /** The four rows, the x they meet, and what is left to do. */
  private static final Gpr[] ROWS = {Gpr.RDI, Gpr.R10, Gpr.R11, Gpr.RBX};

  private static final Gpr X = Gpr.R12;
  private static final Gpr X_SCALES = Gpr.R13;
  private static final Gpr X_LANES = Gpr.RSI;
  private static final Gpr UNITS = Gpr.R14;

  /** On the stack: 64 bytes of scales per row, and the caller's stack pointer. */
  private static final int STACK = 320;

  private static final int CALLER_STACK = 256;

  private static final Gpr[] SAVED = {Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};

  private final RunCode type;
  private final int k;
  private final Dot256 dot;
  private final Code one;
  private final Code four;

  ShortRows(RunCode type, int k, Dot256 dot) {
    this.type = type;
    this.k = k;
    this.dot = dot;
    this.one = assemble(1);
    this.four = assemble(4);
  }

  /** y[r] = w[r] · x for {@code rows} rows; the rows lie {@code rowBytes} apart. */
  void run(long w, long rowBytes, int rows, long x, long y) {
    int streams = rows / 4;
    if (streams > 0) {
      four.call(w, rowBytes * streams, x, y, streams, 4L * streams);
    }
    int rest = rows - 4 * streams;
    if (rest > 0) {
      one.call(w + rowBytes * 4 * streams, 0, x, y + 16L * streams, rest, 0);
    }
  }

  /** Arguments: w, bytes from stream to stream, x, y, rows per stream, bytes of y likewise. */
  private Code assemble(int rows) {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.mov(Gpr.RAX, Gpr.RSP);
    a.sub(Gpr.RSP, STACK);
    a.and(Gpr.RSP, -64);
    a.mov(Mem.at(Gpr.RSP, CALLER_STACK), Gpr.RAX);
    a.vpbroadcastd(LOWER, a.constant(0x00FF00FF));
    a.vbroadcastss(OFFSET, a.constant(Float.floatToRawIntBits(type.offset())));
    for (int r = 1; r < rows; r++) {
      a.lea(ROWS[r], Mem.at(ROWS[r - 1], Gpr.RSI, 1, 0));
    }
    Label row = a.here();
    for (int r = 0; r < rows; r++) {
      a.vpxor(ymm(r), ymm(r), ymm(r));
    }
    a.mov(X, Gpr.RDX);
    a.lea(X_SCALES, Mem.at(Gpr.RDX, ShortForm.scalesAt(k, type.group())));
    a.lea(X_LANES, Mem.at(Gpr.RDX, ShortForm.laneSumsAt(k)));
    a.mov(UNITS, k / 32 / type.runs());
    Label unit = a.here();
    for (int r = 0; type.large() && r < rows; r++) {
      begin(a, r);
    }
    for (int r = 0; r < rows; r++) {
      for (int ahead = 0; ahead < type.unitBytes(); ahead += 64) {
        a.prefetcht0(Mem.at(ROWS[r], PREFETCH + ahead));
      }
    }
    for (int i = 0; i < type.runs(); i++) {
      Mem x = Mem.at(X, (long) ShortForm.RUN_BYTES * i);
      a.vmovups(EVEN_X, x);
      a.vmovups(ODD_X, x.plus(ShortForm.ODD));
      if (!type.large()) {
        a.vbroadcastss(X_SCALE, Mem.at(X_SCALES, 4 * i));
      }
      for (int r = 0; r < rows; r++) {
        run(a, r, i);
      }
    }
    for (int r = 0; r < rows; r++) {
      a.add(ROWS[r], type.unitBytes());
    }
    a.add(X, (long) ShortForm.RUN_BYTES * type.runs());
    a.add(X_SCALES, 4L * type.runs() * 32 / type.group());
    a.add(X_LANES, 32L * type.runs());
    a.sub(UNITS, 1);
    a.jnz(unit);
    a.mov(Gpr.RAX, Gpr.RCX);
    for (int r = 0; r < rows; r++) {
      Lanes.sum(a, ymm(r), EVEN);
      a.vmovss(Mem.at(Gpr.RAX, 0), ymm(r));
      if (r + 1 < rows) {
        a.add(Gpr.RAX, Gpr.R9);
      }
    }
    a.add(Gpr.RCX, 4);
    a.sub(Gpr.R8, 1);
    a.jnz(row);
    a.mov(Gpr.RSP, Mem.at(Gpr.RSP, CALLER_STACK));
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** Scales of a unit, times those of the activations; what comes off is taken off at once. */
  private void begin(Assembler a, int r) {
    type.begin(a, ROWS[r]);
    long sums = ShortForm.sumsAt(k, type.group()) - ShortForm.scalesAt(k, type.group());
    for (int i = 0; i < type.parts(); i++) {
      Mem scales = Mem.at(X_SCALES, 32 * i);
      a.vfnmadd231ps(ymm(r), RunCode.MINS[i], scales.plus(sums));
      a.vmulps(RunCode.SCALES[i], RunCode.SCALES[i], scales);
      a.vmovups(Mem.at(Gpr.RSP, 64 * r + 32 * i), RunCode.SCALES[i]);
    }
  }

  /** acc[r] += scale · Σ q v, four values a lane, and what comes off per run. */
  private void run(Assembler a, int r, int i) {
    type.weights(a, ROWS[r], i);
    a.vpand(EVEN, ODD, LOWER);
    a.vpsrlw(ODD, ODD, 8);
    Ymm sum = EVEN;
    a.vpmaddwd(sum, EVEN, EVEN_X);
    dot.words(a, sum, ODD, ODD_X, ODD);
    a.vcvtdq2ps(sum, sum);
    if (!type.large()) {
      Mem lanes = Mem.at(X_LANES, 32 * i);
      a.vmulps(sum, sum, X_SCALE);
      if (type.offset() != 0) {
        a.vfnmadd231ps(sum, OFFSET, lanes);
      } else {
        type.min(a, ROWS[r], i, SCALE);
        a.vfmadd231ps(ymm(r), SCALE, lanes);
      }
      type.scale(a, ROWS[r], i, SCALE);
    } else if (type.group() == 32) {
      a.vbroadcastss(SCALE, Mem.at(Gpr.RSP, 64 * r + 4 * i));
    } else {
      a.vbroadcastsd(SCALE, Mem.at(Gpr.RSP, 64 * r + 8 * i));
      a.vpermilps(SCALE, SCALE, RunCode.lanes(a, lane -> lane / 4));
    }
    a.vfmadd231ps(ymm(r), sum, SCALE);
  }
}
