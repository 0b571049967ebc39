package dev.jora.kernel;

/** The function ln(1 + e^x). */
public final class Softplus {
  /** Above this it is x in float32. */
  private static final double LARGE = 20;

  private Softplus() {}

  /** ln(1 + e^x). */
  public static double of(double x) {
    return x > LARGE ? x : Math.log1p(Math.exp(x));
  }
}
