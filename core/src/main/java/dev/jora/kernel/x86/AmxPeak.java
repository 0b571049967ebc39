package dev.jora.kernel.x86;

/** Nothing but products of tiles: what batches in bfloat16 could reach at most. */
public final class AmxPeak {
  private static final int LOOPS = 20_000;

  /** Multiply-adds of {@link #run}. */
  public static final long MACS = 4L * 16 * 16 * 32 * LOOPS;

  private static final Gpr[] SAVED = {Gpr.RBP, Gpr.R15};

  private final Code code;

  /** Assembles the loop for this processor's tiles. */
  public AmxPeak() {
    this(Tiles.HARDWARE);
  }

  AmxPeak(Tiles tiles) {
    Assembler a = new Assembler();
    a.save(SAVED);
    tiles.begin(a);
    for (int t = 0; t < 8; t++) {
      tiles.zero(a, t);
    }
    a.mov(Gpr.RAX, LOOPS);
    Label next = a.here();
    for (int t = 0; t < 4; t++) {
      tiles.products(a, t, 4 + t / 2, 6 + t % 2);
    }
    a.sub(Gpr.RAX, 1);
    a.jnz(next);
    tiles.end(a);
    a.restoreAndReturn(SAVED);
    code = new Code(a);
  }

  /** Some milliseconds of work. */
  public void run() {
    code.call(0, 0, 0, 0, 0, 0);
  }
}
