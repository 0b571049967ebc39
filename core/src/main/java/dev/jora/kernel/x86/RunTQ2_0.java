package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeTQ2_0}. */
final class RunTQ2_0 extends RunPairs {
  RunTQ2_0() {
    super(GgmlType.TQ2_0, 0);
  }

  @Override
  void begin(Assembler a, Gpr p) {
    for (Ymm scales : SCALES) {
      half(a, Mem.at(p, 64), scales);
    }
    offsets(a);
  }
}
