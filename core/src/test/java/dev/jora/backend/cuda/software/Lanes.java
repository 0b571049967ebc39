package dev.jora.backend.cuda.software;

/** Results of some lanes. */
final class Lanes {
  private Lanes() {}

  /** Puts results of some lanes into a register. */
  static void blend(int[] from, int[] to, int m) {
    if (m == Warp.ALL) {
      System.arraycopy(from, 0, to, 0, Warp.LANES);
      return;
    }
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        to[i] = from[i];
      }
    }
  }

  /** The same of 64 bits. */
  static void blend(long[] from, long[] to, int m) {
    if (m == Warp.ALL) {
      System.arraycopy(from, 0, to, 0, Warp.LANES);
      return;
    }
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        to[i] = from[i];
      }
    }
  }
}
