package dev.jora.quant;

/** The signs of eight values in seven bits, as IQ2_XXS, IQ2_XS and IQ3_XXS have them. */
final class SignFields {
  private SignFields() {}

  /** A byte of signs: bit 7 is the parity of the other seven, so an even number are negative. */
  static int signs(int field) {
    int seven = field & 127;
    return seven | Integer.bitCount(seven) % 2 << 7;
  }
}
