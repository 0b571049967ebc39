package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/** Weights without blocks as floats, any number of them. */
final class FloatValues {
  private static final int TAIL = 1; // mask register of the values behind the last whole vector

  private final Code code;

  FloatValues(FloatCode type) {
    Assembler a = new Assembler();
    Label rest = new Label();
    a.kmovd(TAIL, Gpr.RCX);
    a.cmp(Gpr.RDX, 0);
    a.jz(rest);
    Label next = a.here();
    type.load(a, zmm(0), Mem.at(Gpr.RDI, 0));
    a.vmovups(Mem.at(Gpr.RSI, 0), zmm(0));
    a.add(Gpr.RDI, 16L * type.bytes());
    a.add(Gpr.RSI, 64);
    a.sub(Gpr.RDX, 1);
    a.jnz(next);
    a.bind(rest);
    type.load(a, zmm(0).zero(TAIL), Mem.at(Gpr.RDI, 0));
    a.vmovups(Mem.at(Gpr.RSI, 0), zmm(0).merge(TAIL));
    a.vzeroupper();
    a.ret();
    code = new Code(a);
  }

  void run(long w, int n, long out) {
    code.call(w, out, n / 16, (1 << n % 16) - 1, 0, 0);
  }
}
