package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 22 bytes: half d, 4 bytes of fifth bits, 16 bytes of nibbles; d (q − 16). */
final class CodeQ5_0 extends FifthBits {
  CodeQ5_0() {
    super(GgmlType.Q5_0, 2);
  }

  @Override
  int offset() {
    return 16;
  }
}
