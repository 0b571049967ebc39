package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ3_S}. */
final class RunIQ3_S extends RunGrid {
  RunIQ3_S() {
    super(GgmlType.IQ3_S, 4);
  }

  @Override
  int largest() {
    return 2 * CodeIQ3_S.OFFSET;
  }

  @Override
  long table() {
    return GridTables.IQ3_S;
  }

  @Override
  void begin(Assembler a, Gpr p) {
    factor(a, Mem.at(p, 0), 1);
    fields(a, Mem.at(p, 106), i -> 4 * i, 4);
    oddScales(a, 0);
    offsets(a);
  }

  @Override
  void upper(Assembler a, Gpr p, int run) {
    GridTables.upper(a, Mem.at(p, 66 + run));
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    GridTables.index(a, Mem.at(p, 2 + 8 * run + i), i, 1);
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    negate(a, Mem.at(p, 74 + 4 * run));
  }
}
