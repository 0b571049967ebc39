package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/** Floats to halves, in multiples of 16. */
final class Halves {
  private final Code fromFloats;

  Halves() {
    Assembler a = new Assembler();
    Label next = a.here();
    a.vmovups(zmm(0), Mem.at(Gpr.RDI, 0));
    a.vcvtps2ph(Mem.at(Gpr.RSI, 0), zmm(0));
    a.add(Gpr.RDI, 64);
    a.add(Gpr.RSI, 32);
    a.sub(Gpr.RDX, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    fromFloats = new Code(a);
  }

  void fromFloats(long floats, int n, long out) {
    fromFloats.call(floats, out, n / 16, 0, 0, 0);
  }
}
