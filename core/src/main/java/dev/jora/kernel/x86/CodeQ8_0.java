package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** 34 bytes: half d, 32 signed bytes; q is the byte with its sign bit turned, so q − 128. */
final class CodeQ8_0 extends BlockCode {
  CodeQ8_0() {
    super(GgmlType.Q8_0);
  }

  @Override
  int offset() {
    return 128;
  }

  @Override
  void constants(Assembler a) {
    load(a, 0, 0x80);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    a.vmovupsY(W, Mem.at(p, 2));
    a.vinserti64x4(W, W, Mem.at(p, 36), 1);
    a.vpxord(W, W, constant(0));
  }

  @Override
  void scales(Assembler a, Gpr p, int c, Zmm unitScales, Zmm out) {
    halves(a, Mem.at(p, 0), Mem.at(p, 34), out);
  }
}
