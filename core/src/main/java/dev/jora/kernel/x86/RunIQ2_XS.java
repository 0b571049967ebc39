package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ2_XS}. */
final class RunIQ2_XS extends RunIQ2 {
  RunIQ2_XS() {
    super(GgmlType.IQ2_XS);
  }

  @Override
  long table() {
    return GridTables.IQ2_XS;
  }

  @Override
  void begin(Assembler a, Gpr p) {
    nibbleScales(a, p, 66);
  }

  @Override
  void index(Assembler a, Gpr p, int run, int i) {
    a.movzx16(Gpr.RAX, Mem.at(p, 2 + 8 * run + 2 * i));
    a.and(Gpr.RAX, 511);
  }

  @Override
  void finish(Assembler a, Gpr p, int run) {
    a.mov(Gpr.RAX, Mem.at(p, 2 + 8 * run));
    a.shr(Gpr.RAX, 9);
    a.and(Gpr.RAX, a.constant64(0x007F_007F_007F_007FL));
    SignFields.parity(a);
    negate(a, 2);
  }
}
