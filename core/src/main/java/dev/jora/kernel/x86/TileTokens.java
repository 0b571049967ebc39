package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Activations of up to 16 tokens as tiles of bfloat16 for {@link TileProducts}: row i of a tile has
 * values 2 i and 2 i + 1 of each token. Tiles of 32 values follow each other; those of the lower
 * parts ({@link TileSplit}) are behind all of the upper ones.
 */
final class TileTokens {
  /** Tokens of a tile. */
  static final int TOKENS = 16;

  private final int parts;
  private final int tokens;
  private final Code code;

  /**
   * @param parts bfloat16 values that make an activation, 1 or 2
   * @param tokens those that are there; the other columns of the tiles mean nothing
   */
  TileTokens(int parts, int tokens) {
    this.parts = parts;
    this.tokens = tokens;
    this.code = assemble();
  }

  /** Bytes of all tiles of one part. */
  static long partBytes(int k) {
    return (long) k / 32 * Tiles.BYTES;
  }

  /** Writes the tiles of x[t, k]; x of a token lies {@code ldx} bytes after that of the last. */
  void prepare(long x, long ldx, int k, long out) {
    for (int part = 0; part < parts; part++) {
      code.call(x, ldx, k / 32, out + part * partBytes(k), part, 0);
    }
  }

  /** Arguments: x, bytes from token to token, tiles, out, 0 for upper and 1 for lower parts. */
  private Code assemble() {
    Assembler a = new Assembler();
    Label next = a.here();
    a.mov(Gpr.R10, Gpr.RDI);
    for (int t = 0; t < TileTokens.TOKENS; t++) {
      Zmm packed = zmm(t);
      a.vmovups(zmm(16), Mem.at(Gpr.R10, 0));
      a.vmovups(zmm(17), Mem.at(Gpr.R10, 64));
      Bf16.round(a, packed, zmm(16), zmm(17));
      if (parts > 1) {
        Label upper = new Label();
        a.cmp(Gpr.R8, 0);
        a.jz(upper);
        Bf16.rest(a, packed, zmm(16), zmm(17), zmm(18));
        a.bind(upper);
      }
      if (t + 1 < tokens) {
        a.add(Gpr.R10, Gpr.RSI);
      }
    }
    Transpose.emit(a);
    for (int i = 0; i < 16; i++) {
      a.vmovups(Mem.at(Gpr.RCX, 64 * i), zmm(i));
    }
    a.add(Gpr.RDI, 128);
    a.add(Gpr.RCX, Tiles.BYTES);
    a.sub(Gpr.RDX, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }
}
