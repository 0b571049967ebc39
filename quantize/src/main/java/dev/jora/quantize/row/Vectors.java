package dev.jora.quantize.row;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * What vector searches share: the width, rounding. Only operations that round every lane as scalar
 * floats are rounded are used: no fused multiply-add, no sum over lanes; and no minimum or maximum
 * of floats, which costs several instructions where one of integers will do.
 */
final class Vectors {
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(
          Integer.getInteger("jora.vector.bits", VectorShape.preferredShape().vectorBitSize()));

  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);

  /** Floats in a vector: a divisor of {@link Units#LANES}. */
  static final int LANES = F.length();

  /** The bits of {@link Rounding#SHIFT}: those of SHIFT + l are l more. */
  static final int ZERO = Float.floatToRawIntBits(Rounding.SHIFT);

  private static final int EXPONENT = ZERO & ~Rounding.MANTISSA;

  private Vectors() {}

  static FloatVector load(float[] a, int at) {
    return FloatVector.fromArray(F, a, at);
  }

  static FloatVector zero() {
    return FloatVector.zero(F);
  }

  /** The bits of SHIFT + near(v), for |v| at most 4194303. */
  static IntVector near(FloatVector v) {
    return v.add(Rounding.SHIFT).reinterpretAsInts();
  }

  /** The bits of SHIFT + near(v), for any v; beyond 4194303 it wraps as {@link Rounding} does. */
  static IntVector wrap(FloatVector v) {
    return near(v).and(Rounding.MANTISSA).or(EXPONENT);
  }

  /** The float l of the bits of SHIFT + l. */
  static FloatVector level(IntVector bits) {
    return bits.reinterpretAsFloats().sub(Rounding.SHIFT);
  }

  /** The levels of v, clamped, for |v| at most 4194303. */
  static FloatVector level(FloatVector v, int low, int high) {
    return level(near(v).max(ZERO + low).min(ZERO + high));
  }

  /** The levels of v, clamped, for any v. */
  static FloatVector wrapLevel(FloatVector v, int low, int high) {
    return level(wrap(v).max(ZERO + low).min(ZERO + high));
  }

  /** tile[i LANES + lane] = value i of unit u + lane. */
  static void take(float[] values, int count, int u, int n, float[] tile) {
    for (int i = 0; i < n; i++) {
      load(values, i * count + u).intoArray(tile, i * LANES);
    }
  }
}
