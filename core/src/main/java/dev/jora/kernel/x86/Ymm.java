package dev.jora.kernel.x86;

/**
 * A vector register of 256 bits, 0 to 15, as operand of an AVX2 instruction. Where an instruction
 * is of 128 bits it is the lower half, and the upper half becomes 0.
 */
record Ymm(int number) implements Operand {
  Ymm {
    if (number < 0 || number > 15) {
      throw new IllegalArgumentException("no vector register of AVX2: " + number);
    }
  }

  static Ymm ymm(int number) {
    return new Ymm(number);
  }
}
