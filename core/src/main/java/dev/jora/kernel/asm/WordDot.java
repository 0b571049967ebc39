package dev.jora.kernel.asm;

/** The one instruction that processors with AVX-VNNI have and those with AVX2 alone have not. */
enum WordDot {
  /** Products and sums apart. */
  AVX2 {
    @Override
    void add(Assembler a, Ymm sum, Ymm w, Operand x, Ymm t) {
      a.vpmaddwd(t, w, x);
      a.vpaddd(sum, sum, t);
    }
  },
  /** Both at once. */
  AVX_VNNI {
    @Override
    void add(Assembler a, Ymm sum, Ymm w, Operand x, Ymm t) {
      a.vpdpwssd(sum, w, x);
    }
  };

  /**
   * Emits sum[i] += Σ of two products of 16-bit values, for 32-bit lanes i.
   *
   * @param t for what is between; it may be {@code w} if that is not needed any more
   */
  abstract void add(Assembler a, Ymm sum, Ymm w, Operand x, Ymm t);
}
