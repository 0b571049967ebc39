package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** IQ2_XXS, IQ2_XS and IQ2_S: points of eight values 8, 25, 43 with signs. */
abstract class CodeIQ2 extends CodeGrid {
  static final int OFFSET = 43;

  CodeIQ2(GgmlType type) {
    super(type, 8);
  }

  @Override
  final int offset() {
    return OFFSET;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 2 * OFFSET);
  }

  /** Scales d (0.5 + c) / 4 with c the 16 nibbles that end with {@code last}, 16 bytes. */
  final void nibbleScales(Assembler a, Mem last, Mem d, Zmm scales) {
    a.vbroadcasti32x4(T1, last);
    a.vpshufb(T1, T1, lanes(a, i -> 8 + scaleOf(16, i) / 2 | 0x80808000));
    a.vpsrlvd(T1, T1, lanes(a, i -> scaleOf(16, i) % 2 * 4));
    a.vpandd(T1, T1, a.constant(15).all());
    oddScales(a, d, 0.125, scales);
  }
}
