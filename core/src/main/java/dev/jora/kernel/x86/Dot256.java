package dev.jora.kernel.x86;

/**
 * Emits sums of products on 256 bits: all that differs between processors with AVX-VNNI and those
 * that have AVX2 alone.
 */
enum Dot256 {
  /** Products, then sums, of which those of bytes may not leave 16 bits. */
  AVX2 {
    @Override
    void words(Assembler a, Ymm sum, Ymm w, Operand x, Ymm t) {
      a.vpmaddwd(t, w, x);
      a.vpaddd(sum, sum, t);
    }

    @Override
    int planes(int largest) {
      return largest > 63 ? 2 : 1;
    }

    @Override
    int steps(int largest) {
      int most = planes(largest) == 2 ? 15 : largest;
      return Math.min(8, Integer.highestOneBit(Short.MAX_VALUE / (2 * 128 * most)));
    }

    @Override
    void firstBytes(Assembler a, Ymm sum, Ymm w, Ymm x) {
      a.vpmaddubsw(sum, w, x);
    }

    @Override
    void bytes(Assembler a, Ymm sum, Ymm w, Ymm x, Ymm t) {
      a.vpmaddubsw(t, w, x);
      a.vpaddw(sum, sum, t);
    }

    @Override
    void endBytes(Assembler a, Ymm sum, int shift) {
      a.vpmaddwd(sum, sum, RunCode.lanes(a, i -> 0x00010001 << shift));
    }
  },
  /** All at once. */
  AVX_VNNI {
    @Override
    void words(Assembler a, Ymm sum, Ymm w, Operand x, Ymm t) {
      a.vpdpwssd(sum, w, x);
    }

    @Override
    int planes(int largest) {
      return 1;
    }

    @Override
    int steps(int largest) {
      return 8;
    }

    @Override
    void firstBytes(Assembler a, Ymm sum, Ymm w, Ymm x) {
      a.vpxor(sum, sum, sum);
      a.vpdpbusd(sum, w, x);
    }

    @Override
    void bytes(Assembler a, Ymm sum, Ymm w, Ymm x, Ymm t) {
      a.vpdpbusd(sum, w, x);
    }

    @Override
    void endBytes(Assembler a, Ymm sum, int shift) {
      if (shift > 0) {
        a.vpslld(sum, sum, shift);
      }
    }
  };

  /**
   * sum[i] += Σ of two products of signed 16-bit values, for 32-bit lanes i.
   *
   * @param t for what is between; it may be {@code w} if that is not needed any more
   */
  abstract void words(Assembler a, Ymm sum, Ymm w, Operand x, Ymm t);

  /** Parts of 4 bits that weights up to {@code largest} are cut into; 1: not cut. */
  abstract int planes(int largest);

  /** How many times {@link #bytes} may add up before {@link #endBytes}, a power of 2 up to 8. */
  abstract int steps(int largest);

  /** The first of some steps: Σ of four products of unsigned bytes w and signed bytes x. */
  abstract void firstBytes(Assembler a, Ymm sum, Ymm w, Ymm x);

  /** Another step. */
  abstract void bytes(Assembler a, Ymm sum, Ymm w, Ymm x, Ymm t);

  /** Ends some steps: only now sums are 32-bit lanes; they are shifted to the left. */
  abstract void endBytes(Assembler a, Ymm sum, int shift);
}
