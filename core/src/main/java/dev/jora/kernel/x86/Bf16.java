package dev.jora.kernel.x86;

/** Emits the rounding of floats to bfloat16: 32 of them a register, in order. */
final class Bf16 {
  private Bf16() {}

  /** packed = the values of x0 and x1, to the nearest. */
  static void round(Assembler a, Zmm packed, Zmm x0, Zmm x1) {
    a.vcvtne2ps2bf16(packed, x1, x0);
  }

  /**
   * What {@link #round} lost, rounded likewise.
   *
   * @param packed what it gave; becomes the lower parts
   * @param t for an intermediate value; x0 and x1 are used up
   */
  static void rest(Assembler a, Zmm packed, Zmm x0, Zmm x1, Zmm t) {
    a.vpmovzxwd(t, packed);
    a.vpslld(t, t, 16);
    a.vsubps(x0, x0, t);
    a.vextracti64x4(t, packed, 1);
    a.vpmovzxwd(t, t);
    a.vpslld(t, t, 16);
    a.vsubps(x1, x1, t);
    round(a, packed, x0, x1);
  }
}
