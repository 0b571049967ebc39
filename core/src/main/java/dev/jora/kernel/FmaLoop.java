package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;

import jdk.incubator.vector.FloatVector;

/** What multiply-adds of float vectors reach when nothing else is to be done. */
final class FmaLoop {
  private static final int TURNS = 100_000;

  /** Sums that do not wait for each other: latency 4 times 2 units, and some to spare. */
  private static final int SUMS = 10;

  private FmaLoop() {}

  static Ceiling ceiling() {
    return new Ceiling("FMA", (long) TURNS * SUMS * LANES, FmaLoop::run);
  }

  private static void run() {
    if (!(sum(TURNS) > 0)) { // never: it keeps the loop from being dropped
      throw new AssertionError();
    }
  }

  private static float sum(int turns) {
    FloatVector x = FloatVector.broadcast(F, 0.5f);
    FloatVector y = FloatVector.broadcast(F, 1);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    for (int turn = 0; turn < turns; turn++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    return Vectors.sum(sum);
  }
}
