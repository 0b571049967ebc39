package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 144 bytes: {@link Scales6}, then 32 bytes a chunk: its lower 32 values in the lower nibbles. */
final class CodeQ4_K extends Scales6 {
  CodeQ4_K() {
    super(GgmlType.Q4_K);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vbroadcasti64x4(W, Mem.at(p, 16 + 32 * c));
    a.vpsrlvw(W, W, constant(1));
    a.vpandd(W, W, constant(0));
  }
}
