package dev.jora.kernel.x86;

import dev.jora.quant.Iq4Values;
import dev.jora.tensor.GgmlType;

/** 18 bytes as Q4_0; a nibble is an index into a table of values, here raised by 128. */
final class CodeIQ4_NL extends Nibbles32 {
  CodeIQ4_NL() {
    super(GgmlType.IQ4_NL, 2);
  }

  /** The 16 values, raised by 128, in every quarter of a register. */
  static Mem table(Assembler a) {
    return bytes(a, i -> Iq4Values.VALUES[i % 16] + 128);
  }

  @Override
  boolean isPlain() {
    return true;
  }

  @Override
  int offset() {
    return 128;
  }

  @Override
  void constants(Assembler a) {
    super.constants(a);
    load(a, 2, table(a));
  }

  @Override
  void values(Assembler a, Zmm nibbles) {
    a.vpshufb(nibbles, constant(2), nibbles);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    super.weights(a, p, c);
    values(a, W);
  }
}
