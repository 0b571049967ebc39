package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

/**
 * One row of activations in 16-bit fixed point, for {@link RowProducts}. 32 values x share a scale
 * s = max |x| / 32512; x / s is rounded to v, and v = 256 hi + lo with both of them signed bytes.
 * So products run on bytes, and what is lost is 1/65000 of the largest of 32 values.
 *
 * <p>Per chunk of 64 values 256 bytes: hi[64], lo[64], the scale of every four values[16], the sum
 * of every four values[16]. Behind the chunks, for blocks of 256 values: the sum and the scale of
 * every 16 values, then of every 32.
 */
final class RowForm {
  static final int CHUNK_BYTES = 256;
  static final int LO = 64;
  static final int SCALES = 128;
  static final int SUMS = 192;

  /** Kernels read and write up to this many bytes past the ends of parts. */
  private static final int MARGIN = 64;

  private final Code code;

  RowForm(int k) {
    code = assemble(k);
  }

  static long bytes(int k) {
    return scales32(k) + 4L * (k / 32) + MARGIN;
  }

  static long sums16(int k) {
    return (long) CHUNK_BYTES * (k / 64);
  }

  static long scales16(int k) {
    return sums16(k) + 4L * (k / 16) + MARGIN;
  }

  static long sums32(int k) {
    return scales16(k) + 4L * (k / 16) + MARGIN;
  }

  static long scales32(int k) {
    return sums32(k) + 4L * (k / 32) + MARGIN;
  }

  /** Writes x[k] in this form. */
  void prepare(long x, long out) {
    code.call(x, out, 0, 0, 0, 0);
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
    a.add(Gpr.R10, CHUNK_BYTES);
    a.sub(Gpr.RAX, 1);
    a.jnz(chunk);
    sums(a, k);
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  /** A second pass over the chunks at rsi: by now the bytes have reached the cache. */
  private static void sums(Assembler a, int k) {
    Zmm ones = zmm(20);
    Zmm every4 = zmm(21);
    Zmm every8 = zmm(22);
    Zmm twice = zmm(23);
    a.vpbroadcastd(ones, a.constant(0x01010101));
    a.vmovups(every4, BlockCode.lanes(a, i -> 4 * (i % 4)));
    a.vmovups(every8, BlockCode.lanes(a, i -> 8 * (i % 2)));
    a.vmovups(twice, BlockCode.lanes(a, i -> i % 4 / 2 * 8));
    Gpr by16 = Gpr.RCX;
    Gpr by32 = Gpr.R8;
    a.lea(by16, Mem.at(Gpr.RSI, sums16(k)));
    a.lea(by32, Mem.at(Gpr.RSI, sums32(k)));
    a.mov(Gpr.RAX, k / 64);
    Label chunk = a.here();
    Zmm s = zmm(0);
    Zmm t = zmm(1);
    a.vpxord(s, s, s);
    a.vpdpbusd(s, ones, Mem.at(Gpr.RSI, 0));
    a.vpslld(s, s, 8);
    a.vpdpbusd(s, ones, Mem.at(Gpr.RSI, LO));
    a.vcvtdq2ps(s, s);
    a.vmulps(s, s, Mem.at(Gpr.RSI, SCALES));
    a.vmovups(Mem.at(Gpr.RSI, SUMS), s);
    a.vpermilps(t, s, 0xB1);
    a.vaddps(s, s, t);
    a.vpermilps(t, s, 0x4E);
    a.vaddps(s, s, t);
    a.vpermps(t, every4, s);
    a.vmovupsX(Mem.at(by16, 0), t);
    a.vpermps(t, twice, Mem.at(Gpr.RSI, SCALES));
    a.vmovupsX(Mem.at(by16, scales16(k) - sums16(k)), t);
    // Of 32 values two floats more than wanted are written: the next chunk writes over them.
    a.vshufi32x4(t, s, s, 0xB1);
    a.vaddps(s, s, t);
    a.vpermps(t, every8, s);
    a.vmovupsX(Mem.at(by32, 0), t);
    a.vpermps(t, every8, Mem.at(Gpr.RSI, SCALES));
    a.vmovupsX(Mem.at(by32, scales32(k) - sums32(k)), t);
    a.add(Gpr.RSI, CHUNK_BYTES);
    a.add(by16, 16);
    a.add(by32, 8);
    a.sub(Gpr.RAX, 1);
    a.jnz(chunk);
  }
}
