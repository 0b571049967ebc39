package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/**
 * Rows of activations in 16-bit fixed point, for {@link RowProducts}. 32 values x share a scale s =
 * max |x| / 32512; x / s is rounded to v, and v = 256 hi + lo with both of them signed bytes. So
 * products run on bytes, and what is lost is 1/65000 of the largest of 32 values.
 *
 * <p>Per chunk of 64 values 256 bytes: hi[64], lo[64], the scale of every four values[16], the sum
 * of every four values[16]. Several tokens take turns, chunk by chunk.
 */
final class RowForm {
  static final int CHUNK_BYTES = 256;
  static final int LO = 64;
  static final int SCALES = 128;
  static final int SUMS = 192;

  private final Code code;

  RowForm(int k) {
    code = assemble(k);
  }

  /** Bytes of one token. */
  static long bytes(int k) {
    return (long) CHUNK_BYTES * (k / 64);
  }

  /** Writes x[k] in this form, as token {@code token} of {@code tokens}. */
  void prepare(long x, int tokens, int token, long out) {
    code.call(x, out + (long) CHUNK_BYTES * token, (long) CHUNK_BYTES * tokens, 0, 0, 0);
  }

  private static Code assemble(int k) {
    Assembler a = new Assembler();
    Quantizer q = new Quantizer(a);
    q.constants();
    a.mov(Gpr.RAX, k / 64);
    a.mov(Gpr.R10, Gpr.RSI);
    Label chunk = a.here();
    for (int run = 0; run < 2; run++) {
      Mem x = Mem.at(Gpr.RDI, 128 * run);
      q.run(x, x.plus(64));
      long at = 32 * run;
      a.vpmovdb(Mem.at(Gpr.R10, at), Quantizer.HI0);
      a.vpmovdb(Mem.at(Gpr.R10, at + 16), Quantizer.HI1);
      a.vpmovdb(Mem.at(Gpr.R10, LO + at), Quantizer.LO0);
      a.vpmovdb(Mem.at(Gpr.R10, LO + at + 16), Quantizer.LO1);
      a.vmovupsY(Mem.at(Gpr.R10, SCALES + at), Quantizer.SCALE);
    }
    a.add(Gpr.RDI, 256);
    a.add(Gpr.R10, Gpr.RDX);
    a.sub(Gpr.RAX, 1);
    a.jnz(chunk);
    laneSums(a, k / 64);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** The sums of every four values, of the chunks at rsi; by now the bytes are in the cache. */
  private static void laneSums(Assembler a, int chunks) {
    Zmm ones = zmm(20);
    Zmm s = zmm(0);
    a.vpbroadcastd(ones, a.constant(0x01010101));
    a.mov(Gpr.R10, Gpr.RSI);
    a.mov(Gpr.RAX, chunks);
    Label chunk = a.here();
    a.vpxord(s, s, s);
    a.vpdpbusd(s, ones, Mem.at(Gpr.R10, 0));
    a.vpslld(s, s, 8);
    a.vpdpbusd(s, ones, Mem.at(Gpr.R10, LO));
    a.vcvtdq2ps(s, s);
    a.vmulps(s, s, Mem.at(Gpr.R10, SCALES));
    a.vmovups(Mem.at(Gpr.R10, SUMS), s);
    a.add(Gpr.R10, Gpr.RDX);
    a.sub(Gpr.RAX, 1);
    a.jnz(chunk);
  }
}
