package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Tiles on the stack, multiplied by vector instructions of bfloat16: what AMX does, on processors
 * without it. So all of the kernels around the tiles is tested, and of the tiles' own instructions
 * their bytes ({@link AssemblerTest}).
 */
public class EmulatedTiles implements Tiles {
  static final Tiles TILES = new EmulatedTiles();

  private static final int COUNT = 8;

  EmulatedTiles() {}

  /** Batch products on such tiles, or null where the processor has no bfloat16 at all. */
  public static AmxProducts products() {
    return obstacle() == null ? new AmxProducts(TILES) : null;
  }

  static String obstacle() {
    String vnni = VnniProducts.obstacle();
    return vnni != null || CpuFeatures.detect().avx512Bf16() ? vnni : "there is no AVX-512 BF16";
  }

  @Override
  public void begin(Assembler a) {
    // rsp becomes a multiple of 64 below eight tiles.
    a.mov(Gpr.RBP, Gpr.RSP);
    a.and(Gpr.RSP, a.constant64(-64));
    a.sub(Gpr.RSP, COUNT * Tiles.BYTES);
  }

  @Override
  public void end(Assembler a) {
    a.mov(Gpr.RSP, Gpr.RBP);
  }

  @Override
  public void zero(Assembler a, int tile) {
    a.vpxord(zmm(0), zmm(0), zmm(0));
    for (int row = 0; row < 16; row++) {
      a.vmovups(at(tile, row), zmm(0));
    }
  }

  @Override
  public void load(Assembler a, int tile, Mem from) {
    for (int row = 0; row < 16; row++) {
      a.vmovups(zmm(0), from.plus(64 * row));
      a.vmovups(at(tile, row), zmm(0));
    }
  }

  @Override
  public void store(Assembler a, Mem to, int tile) {
    for (int row = 0; row < 16; row++) {
      a.vmovups(zmm(0), at(tile, row));
      a.vmovups(to.plus(64 * row), zmm(0));
    }
  }

  @Override
  public void products(Assembler a, int to, int x, int y) {
    for (int i = 0; i < 16; i++) {
      a.vmovups(zmm(i), at(y, i));
    }
    for (int m = 0; m < 16; m++) {
      Zmm sum = zmm(16 + m);
      a.vmovups(sum, at(to, m));
      for (int i = 0; i < 16; i++) {
        a.vdpbf16ps(sum, zmm(i), at(x, m).plus(4 * i).all());
      }
      a.vmovups(at(to, m), sum);
    }
  }

  private static Mem at(int tile, int row) {
    return Mem.at(Gpr.RSP, (long) Tiles.BYTES * tile + 64 * row);
  }
}
