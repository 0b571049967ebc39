package dev.jora.quantize.row;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What the vector searches of the IQ types share. */
final class IqVectors {
  /** The width that the JVM prefers, or the system property {@code jora.vector.bits}. */
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(
          Integer.getInteger("jora.vector.bits", VectorShape.preferredShape().vectorBitSize()));

  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);

  /** Floats in a vector: 16, 8 or 4. */
  static final int LANES = F.length();

  /** 0, 1, 2, … */
  static final IntVector IOTA = IntVector.zero(I).addIndex(1);

  private IqVectors() {}

  static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(I2F, 0);
  }

  /** table[i] for indices i of 0 to 15. */
  static FloatVector lookup(IntVector i, float[] table) {
    IntVector t0 = FloatVector.fromArray(F, table, 0).reinterpretAsInts();
    if (LANES == 16) {
      return i.selectFrom(t0).reinterpretAsFloats();
    }
    IntVector in = i.and(LANES - 1);
    IntVector value = in.selectFrom(t0);
    for (int part = 1; part < 16 / LANES; part++) {
      IntVector t = FloatVector.fromArray(F, table, part * LANES).reinterpretAsInts();
      value = value.blend(in.selectFrom(t), i.compare(GE, part * LANES));
    }
    return value.reinterpretAsFloats();
  }
}
