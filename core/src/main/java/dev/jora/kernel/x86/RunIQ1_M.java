package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ1_M}. */
final class RunIQ1_M extends RunIQ1 {
  RunIQ1_M() {
    super(GgmlType.IQ1_M);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    CodeIQ1_M.collect(a, Mem.at(p, 48));
    a.vmovq(T2, Gpr.RAX);
    a.vcvtph2psX(T2, T2);
    a.vbroadcastss(T2, T2);
    a.vmulps(T2, T2, lanes(a, i -> Float.floatToRawIntBits(0.125f)));
    for (int part = 0; part < 2; part++) {
      fields(a, Mem.at(p, 48 + 4 * part), i -> i / 4 * 16 + i % 4 * 3, 3);
      oddScales(a, part);
    }
    offsets(a);
  }

  @Override
  void upper(Assembler a, Gpr p, int run) {
    GridTables.upper(a, Mem.at(p, 32 + 2 * run));
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    GridTables.index(a, Mem.at(p, 4 * run + i), 4 * i, 7);
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    shift(a, Mem.at(p, 32 + 2 * run), i -> i / 16, i -> i / 8 % 2 == 0 ? 0x08 : 0x80);
  }
}
