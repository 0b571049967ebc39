package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Activations of up to {@link Cut#MOST} tokens for {@link FloatTile}: floats[k, tokens], and zeros
 * up to {@link Runs#padded}.
 */
final class FloatGroup {
  private static final int MARGIN = 64;
  private static final int TAIL = 1; // mask register of the values behind the last whole vector

  private final int k;
  private final int tokens;
  private final Code code;

  FloatGroup(int k, int tokens) {
    this.k = k;
    this.tokens = tokens;
    this.code = assemble();
  }

  /** Bytes of a group. */
  static long bytes(int k, int tokens) {
    return (4L * tokens * Runs.padded(k) + MARGIN + 63) & -64;
  }

  /** Writes a group; x of a token lies {@code ldx} bytes after that of the one before. */
  void prepare(long x, long ldx, long out) {
    code.call(x, ldx, out, 0, 0, 0);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.mov(Gpr.RAX, (1 << k % 16) - 1);
    a.kmovd(TAIL, Gpr.RAX);
    if (k >= 16) {
      a.mov(Gpr.RAX, k / 16);
      Label next = a.here();
      turn(a, 16);
      a.add(Gpr.RDI, 64);
      a.sub(Gpr.RAX, 1);
      a.jnz(next);
    }
    if (k % 16 != 0) {
      turn(a, k % 16);
    }
    int rest = Runs.padded(k) - (k + 15) / 16 * 16;
    a.vpxord(zmm(0), zmm(0), zmm(0));
    for (int i = 0; i < rest; i++) {
      a.vmovups(Mem.at(Gpr.RDX, 4L * tokens * i), zmm(0));
    }
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** The next 16 values of all tokens, of which the first {@code values} are there. */
  private void turn(Assembler a, int values) {
    a.mov(Gpr.R10, Gpr.RDI);
    for (int t = 0; t < tokens; t++) {
      a.vmovups(values < 16 ? zmm(t).zero(TAIL) : zmm(t), Mem.at(Gpr.R10, 0));
      a.add(Gpr.R10, Gpr.RSI);
    }
    Transpose.emit(a);
    // In order: what spills past the tokens is overwritten by the next.
    for (int i = 0; i < 16; i++) {
      a.vmovups(Mem.at(Gpr.RDX, 4L * tokens * i), zmm(i));
    }
    a.add(Gpr.RDX, 4L * tokens * 16);
  }
}
