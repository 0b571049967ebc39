package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * A run of rows of weights as floats for {@link FloatTile}: a band of 32 rows is floats[run, 32],
 * so that lanes are rows, with zeros behind the last value. Up to 16 rows are unpacked at once,
 * into either half of it.
 */
final class FloatBand {
  static final int ROWS = 32;

  /** Bytes of one value of all rows. */
  static final int STEP = 4 * ROWS;

  private static final int TAIL = 1; // mask register of the values behind the last whole vector

  private final FloatCode type;
  private final Runs runs;
  private final int k;
  private final int rows;
  private final Code whole;
  private final Code rest;

  /** For bands of {@code rows} rows, up to 16; the others are zeros. */
  FloatBand(FloatCode type, int k, int rows) {
    this.type = type;
    this.runs = Runs.of(k);
    this.k = k;
    this.rows = rows;
    this.whole = assembleWhole();
    this.rest = assembleRest();
  }

  static long bytes(int k) {
    return (long) STEP * Runs.of(k).size();
  }

  /** Unpacks run i of dense rows. */
  void unpack(long w, int i, long out) {
    int from = runs.size() * i;
    int vectors = Math.min(runs.size(), k - from) / 16;
    long at = w + (long) type.bytes() * from;
    if (vectors > 0) {
      whole.call(at, out, vectors, 0, 0, 0);
    }
    if (i + 1 == runs.count()) {
      rest.call(at + 16L * type.bytes() * vectors, out + 16L * STEP * vectors, 0, 0, 0, 0);
    }
  }

  /** So many times 16 values. */
  private Code assembleWhole() {
    Assembler a = new Assembler();
    Label next = a.here();
    turn(a, 16);
    a.add(Gpr.RDI, 16L * type.bytes());
    a.sub(Gpr.RDX, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** What is left of the last run, and zeros. */
  private Code assembleRest() {
    Assembler a = new Assembler();
    if (k % 16 != 0) {
      a.mov(Gpr.RAX, (1 << k % 16) - 1);
      a.kmovd(TAIL, Gpr.RAX);
      turn(a, k % 16);
    }
    int zeros = Runs.padded(k) - (k + 15) / 16 * 16;
    if (zeros > 0) {
      a.vpxord(zmm(0), zmm(0), zmm(0));
      a.mov(Gpr.RAX, zeros);
      Label next = a.here();
      a.vmovups(Mem.at(Gpr.RSI, 0), zmm(0));
      a.add(Gpr.RSI, STEP);
      a.sub(Gpr.RAX, 1);
      a.jnz(next);
    }
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** The next 16 values of all rows, of which the first {@code values} are there. */
  private void turn(Assembler a, int values) {
    for (int r = 0; r < 16; r++) {
      if (r < rows) {
        Zmm to = values < 16 ? zmm(r).zero(TAIL) : zmm(r);
        type.load(a, to, Mem.at(Gpr.RDI, (long) type.bytes() * k * r));
      } else {
        a.vpxord(zmm(r), zmm(r), zmm(r));
      }
    }
    Transpose.emit(a);
    for (int i = 0; i < 16; i++) {
      a.vmovups(Mem.at(Gpr.RSI, STEP * i), zmm(i));
    }
    a.add(Gpr.RSI, 16L * STEP);
  }
}
