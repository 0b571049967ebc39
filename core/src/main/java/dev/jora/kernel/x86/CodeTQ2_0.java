package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 66 bytes: pairs, half d; d (q − 1). */
final class CodeTQ2_0 extends Pairs {
  CodeTQ2_0() {
    super(GgmlType.TQ2_0, 0);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  int offset() {
    return 1;
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    half(a, Mem.at(p, 64), scales);
    offsets(a, scales);
  }
}
