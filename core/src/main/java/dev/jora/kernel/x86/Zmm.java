package dev.jora.kernel.x86;

/**
 * A vector register, 0 to 31, as operand of an instruction.
 *
 * @param mask 0 for all lanes; 1 to 7: only the lanes that this mask register has a bit for are
 *     written
 * @param zeroing true: the other lanes become 0; false: they stay
 */
record Zmm(int number, int mask, boolean zeroing) implements Operand {
  Zmm {
    if (number < 0 || number > 31 || mask < 0 || mask > 7) {
      throw new IllegalArgumentException("no vector register: " + number + ", mask " + mask);
    }
  }

  static Zmm zmm(int number) {
    return new Zmm(number, 0, false);
  }

  /** This register as a destination of which only the lanes of mask k are written. */
  Zmm merge(int k) {
    return new Zmm(number, k, false);
  }

  /** This register as a destination whose lanes outside mask k become 0. */
  Zmm zero(int k) {
    return new Zmm(number, k, true);
  }
}
