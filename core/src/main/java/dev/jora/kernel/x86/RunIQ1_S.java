package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ1_S}. */
final class RunIQ1_S extends RunIQ1 {
  RunIQ1_S() {
    super(GgmlType.IQ1_S);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    factor(a, Mem.at(p, 0), 0.125f);
    a.vbroadcasti128(T1, Mem.at(p, 34));
    a.vpshufb(T1, T1, lanes(a, i -> 2 * i + 1 | 0x80808000)); // the upper bytes of eight words
    a.vpsrld(T1, T1, 4);
    a.vpand(T1, T1, lanes(a, i -> 7));
    oddScales(a, 0);
    offsets(a);
  }

  /** The word of a run and the one before it, or what stands before the first: none behind. */
  private static Mem word(Gpr p, int run) {
    return Mem.at(p, 32 + 2 * run);
  }

  @Override
  void upper(Assembler a, Gpr p, int run) {
    GridTables.upper(a, word(p, run));
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    GridTables.index(a, Mem.at(p, 2 + 4 * run + i), 16 + i % 4 * 3, 7);
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    shift(a, word(p, run), i -> 3, i -> 0x80);
  }
}
