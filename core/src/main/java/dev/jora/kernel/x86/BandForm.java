package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Sixteen weight rows, unpacked for {@link BandProducts} once for all tokens. Per run of 32 values:
 * eight times four bytes of each row, so that lanes are rows; then the rows' scales, and minima for
 * types that have them, per group of values. All types with an offset are brought to offset 128.
 */
final class BandForm {
  static final int ROWS = 16;

  private static final Zmm SCALE = zmm(7);
  private static final Zmm MIN = zmm(9);
  private static final Zmm UNIT_SCALES = zmm(14);
  private static final Zmm RAISE = zmm(31);

  private static final Gpr[] SAVED = {Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};

  private final BlockCode block;
  private final Code code;

  BandForm(BlockCode block, int k) {
    this.block = block;
    this.code = assemble(k);
  }

  /** Where in a run the scales of group g are. */
  static int scalesAt(int g) {
    return 512 + 64 * g;
  }

  /** Where in a run the minima of group g are. */
  static int minsAt(BlockCode block, int g) {
    return 512 + 64 * (32 / block.group() + g);
  }

  static int runBytes(BlockCode block) {
    return 512 + 64 * 32 / block.group() * (block.offset() == 0 ? 2 : 1);
  }

  static long bytes(BlockCode block, int k) {
    return (long) runBytes(block) * (k / 32);
  }

  /** Bytes of scratch that {@link #unpack} wants. */
  static long scratchBytes() {
    return 4 * 1024;
  }

  /** Unpacks up to 16 rows that lie {@code stride} bytes apart. */
  void unpack(long w, long stride, int rows, long out, long scratch) {
    code.call(w, stride, rows, out, scratch, 0);
  }

  private Code assemble(int k) {
    Assembler a = new Assembler();
    a.save(SAVED);
    BlockCode.masks(a);
    a.mov(Gpr.R14, k / 64 / block.chunks());
    Label unit = a.here();
    block.constants(a);
    if (block.offset() != 0) {
      a.vpbroadcastd(RAISE, a.constant((128 - block.offset()) * 0x01010101));
    }
    Gpr p = Gpr.R10;
    Gpr left = Gpr.R11;
    Gpr bytes = Gpr.R12;
    Gpr floats = Gpr.R13;
    a.mov(p, Gpr.RDI);
    a.mov(left, Gpr.RDX);
    a.mov(bytes, Gpr.R8);
    a.mov(floats, Gpr.RCX);
    Label row = a.here();
    block.begin(a, p, UNIT_SCALES);
    for (int c = 0; c < block.chunks(); c++) {
      block.weights(a, p, c);
      if (block.offset() != 0) {
        a.vpaddb(BlockCode.W, BlockCode.W, RAISE);
      }
      a.vmovups(Mem.at(bytes, 1024 * c), BlockCode.W);
      block.scales(a, p, c, UNIT_SCALES, SCALE);
      byGroup(a, SCALE, floats, c, 0);
      if (block.offset() == 0) {
        block.mins(a, p, c, UNIT_SCALES, MIN);
        byGroup(a, MIN, floats, c, 32 / block.group());
      }
    }
    a.add(p, Gpr.RSI);
    a.add(bytes, 64);
    a.add(floats, 4);
    a.sub(left, 1);
    a.jnz(row);
    for (int c = 0; c < block.chunks(); c++) {
      Transpose.emit(a, Mem.at(Gpr.R8, 1024 * c));
      for (int i = 0; i < 16; i++) {
        long at = (long) runBytes(block) * (2 * c + i / 8) + 64 * (i % 8);
        a.vmovups(Mem.at(Gpr.RCX, at), zmm(i));
      }
    }
    a.add(Gpr.RDI, block.unitBytes());
    a.add(Gpr.RCX, (long) runBytes(block) * 2 * block.chunks());
    a.sub(Gpr.R14, 1);
    a.jnz(unit);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** A float of each group of a chunk to this row's place; four values are a lane. */
  private void byGroup(Assembler a, Zmm v, Gpr floats, int chunk, int table) {
    int group = block.group();
    for (int g = 0; g < 64 / group; g++) {
      int lane = g * group / 4;
      a.vextracti32x4(BlockCode.T1, v, lane / 4);
      int run = 2 * chunk + g * group / 32;
      int inRun = g % (32 / group);
      a.vmovss(
          Mem.at(floats, (long) runBytes(block) * run + scalesAt(table + inRun)), BlockCode.T1);
    }
  }
}
