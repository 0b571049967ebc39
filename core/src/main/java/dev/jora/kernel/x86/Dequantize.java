package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/** Weights of one type as floats: the token embeddings of a text. */
final class Dequantize {
  private static final Zmm SCALE = zmm(7);
  private static final Zmm MIN = zmm(9);
  private static final Zmm UNIT_SCALES = zmm(14);
  private static final Zmm VALUE = zmm(10);
  private static final Zmm SPREAD = zmm(11);
  private static final int SCRATCH = 64;

  private static final Gpr[] SAVED = {Gpr.RBP, Gpr.R15};

  private final BlockCode block;
  private final Code code;

  Dequantize(BlockCode block) {
    this.block = block;
    this.code = assemble();
  }

  /** n values, whole units. */
  void run(long w, int n, long out) {
    code.call(w, out, n / 64 / block.chunks(), 0, 0, 0);
  }

  private Code assemble() {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.sub(Gpr.RSP, SCRATCH);
    BlockCode.masks(a);
    block.constants(a);
    Label unit = a.here();
    block.begin(a, Gpr.RDI, UNIT_SCALES);
    for (int c = 0; c < block.chunks(); c++) {
      block.weights(a, Gpr.RDI, c);
      a.vmovups(Mem.at(Gpr.RSP, 0), BlockCode.W);
      block.scales(a, Gpr.RDI, c, UNIT_SCALES, SCALE);
      if (block.offset() == 0) {
        block.mins(a, Gpr.RDI, c, UNIT_SCALES, MIN);
      } else {
        a.vmulps(MIN, SCALE, Lanes.all(a, -block.offset()));
      }
      for (int part = 0; part < 4; part++) {
        // A lane of scales is four values, so 16 values are a quarter: one float for all of them.
        int lane = 4 * part;
        a.vmovups(SPREAD, BlockCode.lanes(a, i -> lane));
        a.vpmovzxbd(VALUE, Mem.at(Gpr.RSP, 16 * part));
        a.vcvtdq2ps(VALUE, VALUE);
        a.vpermps(zmm(12), SPREAD, SCALE);
        a.vpermps(zmm(13), SPREAD, MIN);
        a.vfmadd213ps(VALUE, zmm(12), zmm(13));
        a.vmovups(Mem.at(Gpr.RSI, 256 * c + 64 * part), VALUE);
      }
    }
    a.add(Gpr.RDI, block.unitBytes());
    a.add(Gpr.RSI, 256L * block.chunks());
    a.sub(Gpr.RDX, 1);
    a.jnz(unit);
    a.add(Gpr.RSP, SCRATCH);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }
}
