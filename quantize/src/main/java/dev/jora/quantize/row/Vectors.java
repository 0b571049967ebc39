package dev.jora.quantize.row;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * What vector searches share: the width, and the bits of rounded floats. Loops name operations of
 * the Vector API directly: C2 always inlines those, but not a helper of ours once a method has
 * grown large, and then it allocates every vector that goes through. Only operations that round
 * every lane as scalar floats are rounded are used: no fused multiply-add, no sum over lanes; and
 * no minimum or maximum of floats, which costs several instructions where one of integers will do.
 */
final class Vectors {
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(
          Integer.getInteger("jora.vector.bits", VectorShape.preferredShape().vectorBitSize()));

  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);

  /** Floats in a vector: a divisor of {@link Units#LANES}. */
  static final int LANES = F.length();

  /**
   * The bits of {@link Rounding#SHIFT}. Those of SHIFT + l are l more, so levels are clamped as
   * integers; {@code bits & MANTISSA | EXPONENT} makes what is beyond 4194303 wrap as {@link
   * Rounding} does.
   */
  static final int ZERO = Float.floatToRawIntBits(Rounding.SHIFT);

  static final int EXPONENT = ZERO & ~Rounding.MANTISSA;

  private Vectors() {}

  /** Whether units can be divided among vectors of this width. */
  static boolean suit() {
    return Units.LANES % LANES == 0;
  }

  /** tile[i LANES + lane] = value i of unit u + lane. */
  static void take(float[] values, int count, int u, int n, float[] tile) {
    for (int i = 0; i < n; i++) {
      FloatVector.fromArray(F, values, i * count + u).intoArray(tile, i * LANES);
    }
  }
}
