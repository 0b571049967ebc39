package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/** The 64 rows of a page of keys, floats or halves, as floats[d, 64] for {@link PageAttention}. */
final class PageKeys {
  private final Code code;

  PageKeys(boolean halves, int d) {
    code = assemble(halves, d);
  }

  void run(long keys, long out) {
    code.call(keys, out, 0, 0, 0, 0);
  }

  private static Code assemble(boolean halves, int d) {
    Assembler a = new Assembler();
    int size = halves ? 2 : 4;
    a.mov(Gpr.RAX, d / 16);
    Label next = a.here();
    for (int block = 0; block < 4; block++) {
      for (int r = 0; r < 16; r++) {
        Mem row = Mem.at(Gpr.RDI, (long) size * d * (16 * block + r));
        if (halves) {
          a.vcvtph2ps(zmm(r), row);
        } else {
          a.vmovups(zmm(r), row);
        }
      }
      Transpose.emit(a);
      for (int c = 0; c < 16; c++) {
        a.vmovups(Mem.at(Gpr.RSI, 256 * c + 64 * block), zmm(c));
      }
    }
    a.add(Gpr.RDI, 16L * size);
    a.add(Gpr.RSI, 16 * 256);
    a.sub(Gpr.RAX, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }
}
