package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ2_S}. */
final class RunIQ2_S extends RunIQ2 {
  RunIQ2_S() {
    super(GgmlType.IQ2_S);
  }

  @Override
  long table() {
    return GridTables.IQ2_S;
  }

  @Override
  void begin(Assembler a, Gpr p) {
    nibbleScales(a, p, 74);
  }

  @Override
  void upper(Assembler a, Gpr p, int run) {
    GridTables.upper(a, Mem.at(p, 66 + run));
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    GridTables.index(a, Mem.at(p, 2 + 4 * run + i), 2 * i, 3);
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    negate(a, Mem.at(p, 34 + 4 * run));
  }
}
