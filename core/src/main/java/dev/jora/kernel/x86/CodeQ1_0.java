package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 18 bytes: half d, 128 bits; d (q − 1) with q 0 or 2. A unit is two blocks. */
final class CodeQ1_0 extends BlockCode {
  private static final int BITS = 6; // mask register of 64 values
  private static final int SECOND = 7; // mask register of the lanes of the second block

  CodeQ1_0() {
    super(GgmlType.Q1_0);
  }

  @Override
  int offset() {
    return 1;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 1);
    int second = 0;
    for (int lane = 0; lane < 16; lane++) {
      second |= scaleOf(32, lane) / 4 << lane;
    }
    a.mov(Gpr.RAX, second);
    a.kmovd(SECOND, Gpr.RAX);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    a.vpbroadcastwY(scales, Mem.at(p, 0));
    a.vpbroadcastwY(scales.merge(SECOND), Mem.at(p, 18));
    a.vcvtph2ps(scales, scales);
    offsets(a, scales);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.kmovq(BITS, Mem.at(p, c / 2 * 18 + 2 + c % 2 * 8));
    a.vpaddb(W.zero(BITS), constant(0), constant(0));
  }
}
