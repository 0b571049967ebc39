package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ3_XXS}. */
final class RunIQ3_XXS extends RunGrid {
  RunIQ3_XXS() {
    super(GgmlType.IQ3_XXS, 4);
  }

  @Override
  int largest() {
    return 2 * CodeIQ3_XXS.OFFSET;
  }

  @Override
  long table() {
    return GridTables.IQ3_XXS;
  }

  @Override
  void begin(Assembler a, Gpr p) {
    a.vmovups(T1, Mem.at(p, 66));
    a.vpsrld(T1, T1, 28);
    factor(a, Mem.at(p, 0), 0.5f);
    oddScales(a, 0);
    offsets(a);
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    a.movzx8(Gpr.RAX, Mem.at(p, 2 + 8 * run + i));
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    a.mov32(Gpr.RAX, Mem.at(p, 66 + 4 * run));
    SignFields.spread(a);
    negate(a, 1);
  }
}
