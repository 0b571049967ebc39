package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/** Nothing but products of bytes and their sums: what AVX2 could reach at most. */
public final class Avx2Peak {
  private static final int CHAINS = 12;
  private static final int LOOPS = 400_000;

  /** Multiply-adds of {@link #run}. */
  public static final long MACS = 32L * CHAINS * LOOPS;

  private final Code code;

  /** Assembles the loop. */
  public Avx2Peak() {
    Assembler a = new Assembler();
    for (int i = 0; i < 16; i++) {
      a.vpxor(ymm(i), ymm(i), ymm(i));
    }
    a.mov(Gpr.RAX, LOOPS);
    Label next = a.here();
    for (int i = 0; i < CHAINS; i++) {
      Avx2Products.DOT.bytes(a, ymm(i), ymm(12), ymm(13), ymm(14));
    }
    a.sub(Gpr.RAX, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    code = new Code(a);
  }

  /** Some milliseconds of work. */
  public void run() {
    code.call(0, 0, 0, 0, 0, 0);
  }
}
