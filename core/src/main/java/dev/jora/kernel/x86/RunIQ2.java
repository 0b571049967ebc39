package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeIQ2}. */
abstract class RunIQ2 extends RunGrid {
  RunIQ2(GgmlType type) {
    super(type, 8);
  }

  @Override
  final int largest() {
    return 2 * CodeIQ2.OFFSET;
  }

  /** Scales d (0.5 + c) / 4 with c 16 nibbles. */
  final void nibbleScales(Assembler a, Gpr p, int at) {
    factor(a, Mem.at(p, 0), 0.125f);
    for (int part = 0; part < 2; part++) {
      fields(a, Mem.at(p, at + 4 * part), i -> 4 * i, 4);
      oddScales(a, part);
    }
    offsets(a);
  }
}
