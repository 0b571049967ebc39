package dev.jora.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Products as tests want them: prepared and multiplied in memory of their own. */
final class Multiply {
  private Multiply() {}

  /** Activations in the form that the products take. */
  static Activations prepared(TokenProducts by, Floats x, Arena arena) {
    int n = x.rows();
    MemorySegment memory = arena.allocate(by.bytes(n), 64);
    for (int part = 0; part < by.parts(n); part++) {
      by.prepare(x, part, t -> false, memory);
    }
    return new Activations(x, memory);
  }

  /** y[t, r] = w[r] · x[t] for rows r in [row0, row1). */
  static void run(
      TokenProducts by, MemorySegment w, int row0, int row1, Floats x, Floats y, Arena arena) {
    MemorySegment scratch = arena.allocate(by.scratchBytes(x.rows()), 64);
    by.multiply(w, row0, row1, prepared(by, x, arena), y, scratch);
  }

  /** Rows [from, to). */
  static Floats rows(Floats of, int from, int to) {
    return new Floats(of.data(), of.row(from), to - from, of.cols(), of.stride());
  }
}
