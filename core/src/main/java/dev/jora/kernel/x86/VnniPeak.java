package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

/** Nothing but vpdpbusd on registers: what products of bytes could reach at most. */
public final class VnniPeak {
  private static final int CHAINS = 24;
  private static final int LOOPS = 200_000;

  /** Multiply-adds of {@link #run}. */
  public static final long MACS = 64L * CHAINS * LOOPS;

  private final Code code;

  /** Assembles the loop. */
  public VnniPeak() {
    Assembler a = new Assembler();
    for (int i = 0; i < 32; i++) {
      a.vpxord(zmm(i), zmm(i), zmm(i));
    }
    a.mov(Gpr.RAX, LOOPS);
    Label next = a.here();
    for (int i = 0; i < CHAINS; i++) {
      a.vpdpbusd(zmm(i), zmm(30), zmm(31));
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
