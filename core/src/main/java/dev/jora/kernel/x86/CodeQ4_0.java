package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 18 bytes: half d, 16 bytes of nibbles; d (q − 8). */
final class CodeQ4_0 extends Nibbles32 {
  CodeQ4_0() {
    super(GgmlType.Q4_0, 2);
  }

  @Override
  boolean isPlain() {
    return true;
  }

  @Override
  int offset() {
    return 8;
  }
}
