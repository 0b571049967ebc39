package dev.jora.kernel.x86;

/**
 * Memory at base + scale · index + disp.
 *
 * @param base null for a constant of the code ({@link #constant})
 * @param index null for none
 * @param scale 1, 2, 4 or 8
 * @param broadcast true: one element for all lanes
 * @param label the constant, or null
 */
record Mem(Gpr base, Gpr index, int scale, int disp, boolean broadcast, Label label)
    implements Operand {
  static Mem at(Gpr base, long disp) {
    return new Mem(base, null, 1, Math.toIntExact(disp), false, null);
  }

  static Mem at(Gpr base, Gpr index, int scale, long disp) {
    return new Mem(base, index, scale, Math.toIntExact(disp), false, null);
  }

  /** A constant that stands behind the code. */
  static Mem constant(Label label) {
    return new Mem(null, null, 1, 0, false, label);
  }

  /** The element here, in every lane. */
  Mem all() {
    return new Mem(base, index, scale, disp, true, label);
  }

  /** The same, further on. */
  Mem plus(long bytes) {
    int moved = Math.toIntExact(disp + bytes);
    return new Mem(base, index, scale, moved, broadcast, label);
  }
}
