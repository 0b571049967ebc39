package dev.jora.quantize.row;

import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.I;
import static dev.jora.quantize.row.Vectors.LANES;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** What the vector searches of the IQ types share beyond {@link Vectors}. */
final class IqVectors {
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
