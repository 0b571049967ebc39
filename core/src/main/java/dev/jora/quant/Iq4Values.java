package dev.jora.quant;

/** The 16 values that IQ4_NL and IQ4_XS choose from. */
public final class Iq4Values {
  /** Denser around zero, as weights are. */
  public static final int[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private Iq4Values() {}
}
