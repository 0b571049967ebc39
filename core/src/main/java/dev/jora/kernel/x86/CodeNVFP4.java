package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 36 bytes: 4 scales of 8 bits, 4 times 8 bytes of which the lower nibbles choose 8 values of those
 * of MXFP4 and the upper ones the next 8. A unit is four blocks.
 */
final class CodeNVFP4 extends BlockCode {
  private static final int NUMBERS = 6; // mask register

  CodeNVFP4() {
    super(GgmlType.NVFP4);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  int offset() {
    return 12;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 0x0F);
    load(a, 1, lanes(a, i -> i / 4 * 2 + i % 2)); // each 8 bytes twice
    load(a, 2, lanes(a, i -> i % 4 < 2 ? 0 : 4));
    load(a, 3, CodeMXFP4.table(a));
  }

  /**
   * The bits of a float of 4 bits of exponent and 3 of mantissa are those of a float32 that is
   * 2^120 times smaller; values stand doubled. 0x7F is 240 here and means 0; bit 7 has no meaning,
   * but tells it from 0xFF as a sign.
   */
  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    Ymm blocks = Ymm.ymm(T1.number());
    a.vmovd(blocks, Mem.at(p, 0));
    for (int i = 1; i < 4; i++) {
      a.vpinsrd(blocks, blocks, Mem.at(p, 36 * i), i);
    }
    a.vshufi32x4(T1, T1, T1, 0); // lane c of a quarter is of chunk c, which is a block
    a.vprolvd(T1, T1, lanes(a, i -> 24 - i / 4 * 8));
    a.vpsrad(T1, T1, 4);
    a.vpandd(T1, T1, a.constant(0x87F00000).all());
    a.vmulps(T1, T1, Lanes.all(a, 0x1p119));
    a.vcmpltps(NUMBERS, T1, Lanes.all(a, 240));
    a.vpandd(scales.zero(NUMBERS), T1, a.constant(0x7FFFFFFF).all());
    offsets(a, scales);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vmovupsY(T1, Mem.at(p, 36 * c + 4));
    a.vpermps(W, constant(1), T1);
    a.vpsrlvd(W, W, constant(2));
    a.vpandd(W, W, constant(0));
    a.vpshufb(W, constant(3), W);
  }
}
