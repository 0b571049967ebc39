package dev.jora.quantize;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums of errors by vectors: a tenth of the time of quantizing, where plain loops take a third. */
final class VectorErrors implements ErrorSums.Adder {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Values that are summed in float32 before their sums join those in float64. */
  private static final int RUN = 1024;

  @Override
  public void add(ErrorSums sums, float[] x, float[] y, int n) {
    int whole = n - n % RUN;
    for (int from = 0; from < whole; from += RUN) {
      run(sums, x, y, from);
    }
    sums.addPlainly(x, y, whole, n);
  }

  private static void run(ErrorSums sums, float[] x, float[] y, int from) {
    FloatVector squares = FloatVector.zero(SPECIES);
    FloatVector errors = FloatVector.zero(SPECIES);
    FloatVector largest = FloatVector.zero(SPECIES);
    for (int i = from; i < from + RUN; i += SPECIES.length()) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      FloatVector d = FloatVector.fromArray(SPECIES, y, i).sub(value);
      squares = value.lanewise(VectorOperators.FMA, value, squares);
      errors = d.lanewise(VectorOperators.FMA, d, errors);
      largest = largest.lanewise(VectorOperators.MAX, d.lanewise(VectorOperators.ABS));
    }
    sums.squares += squares.reduceLanes(VectorOperators.ADD);
    sums.errors += errors.reduceLanes(VectorOperators.ADD);
    sums.largest = Math.max(sums.largest, largest.reduceLanes(VectorOperators.MAX));
  }
}
