package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.function.IntUnaryOperator;

/** IQ1_S and IQ1_M: points of eight values −1, 0, 1, shifted by 1/8 up or down; times 8. */
abstract class CodeIQ1 extends CodeGrid {
  static final int OFFSET = 9;

  CodeIQ1(GgmlType type) {
    super(type, 8);
  }

  @Override
  final int offset() {
    return OFFSET;
  }

  @Override
  final long table() {
    return GridTables.IQ1;
  }

  /** Constants 0 to 2 of {@link #shift}: which bit of 32 belongs to a group of 8 values. */
  static void downBits(Assembler a, IntUnaryOperator bit) {
    load(a, 0, lanes(a, i -> 1 - bit.applyAsInt(i / 2) & 31));
    load(a, 1, bytes(a, i -> i & 12));
    load(a, 2, 2);
  }

  /** Takes off 2, which is twice the shift, where the bit of a group is set. */
  static void shift(Assembler a, Mem bits) {
    a.vpbroadcastd(T2, bits);
    a.vprolvd(T2, T2, constant(0));
    a.vpshufb(T2, T2, constant(1));
    a.vpandd(T2, T2, constant(2));
    a.vpsubb(W, W, T2);
  }
}
