package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.function.IntUnaryOperator;

/** The counterpart of {@link CodeIQ1}. */
abstract class RunIQ1 extends RunGrid {
  RunIQ1(GgmlType type) {
    super(type, 8);
  }

  @Override
  final long table() {
    return GridTables.IQ1;
  }

  @Override
  final int largest() {
    return 2 * CodeIQ1.OFFSET;
  }

  /** Takes off 2, which is twice the shift, where a bit of those 32 is set. */
  static void shift(Assembler a, Mem bits, IntUnaryOperator byteOf, IntUnaryOperator bit) {
    a.vpbroadcastd(T1, bits);
    flags(a, T1, byteOf, bit);
    a.vpand(T1, T1, bytes(a, i -> -2));
    a.vpaddb(Q, Q, T1);
  }
}
