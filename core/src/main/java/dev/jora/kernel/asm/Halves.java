package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/** Halves to floats and back, in multiples of 16. */
final class Halves {
  private final Code toFloats;
  private final Code fromFloats;

  Halves() {
    Assembler a = new Assembler();
    Label next = a.here();
    a.vcvtph2ps(zmm(0), Mem.at(Gpr.RDI, 0));
    a.vmovups(Mem.at(Gpr.RSI, 0), zmm(0));
    a.add(Gpr.RDI, 32);
    a.add(Gpr.RSI, 64);
    a.sub(Gpr.RDX, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    toFloats = new Code(a);
    Assembler b = new Assembler();
    Label again = b.here();
    b.vmovups(zmm(0), Mem.at(Gpr.RDI, 0));
    b.vcvtps2ph(Mem.at(Gpr.RSI, 0), zmm(0));
    b.add(Gpr.RDI, 64);
    b.add(Gpr.RSI, 32);
    b.sub(Gpr.RDX, 1);
    b.jnz(again);
    b.vzeroupper();
    b.ret();
    fromFloats = new Code(b);
  }

  void toFloats(long halves, int n, long out) {
    toFloats.call(halves, out, n / 16, 0, 0, 0);
  }

  void fromFloats(long floats, int n, long out) {
    fromFloats.call(floats, out, n / 16, 0, 0, 0);
  }
}
