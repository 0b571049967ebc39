package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ2_XXS}. */
final class RunIQ2_XXS extends RunIQ2 {
  RunIQ2_XXS() {
    super(GgmlType.IQ2_XXS);
  }

  @Override
  long table() {
    return GridTables.IQ2_XXS;
  }

  @Override
  void begin(Assembler a, Gpr p) {
    a.vmovups(T1, Mem.at(p, 2));
    a.vshufps(T1, T1, Mem.at(p, 34), 0xDD); // every second lane: groups 0 1 4 5, 2 3 6 7
    a.vmovups(T2, lanes(a, i -> i & 1 | (i & 2) << 1 | (i & 4) >> 1));
    a.vpermps(T1, T2, T1);
    a.vpsrld(T1, T1, 28);
    factor(a, Mem.at(p, 0), 0.125f);
    oddScales(a, 0);
    offsets(a);
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    a.movzx8(Gpr.RAX, Mem.at(p, 2 + 8 * run + i));
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    a.mov32(Gpr.RAX, Mem.at(p, 6 + 8 * run));
    SignFields.spread(a);
    negate(a, 1);
  }
}
