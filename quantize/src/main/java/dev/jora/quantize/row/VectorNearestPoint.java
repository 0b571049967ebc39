package dev.jora.quantize.row;

import static dev.jora.quantize.row.IqVectors.F;
import static dev.jora.quantize.row.IqVectors.I;
import static dev.jora.quantize.row.IqVectors.IOTA;
import static dev.jora.quantize.row.IqVectors.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Neighbours side by side, for points of 8 values. The error of a value has three possible sizes,
 * one per digit: a register holds them, repeated, and the code chooses the lane.
 */
final class VectorNearestPoint implements NearestPoint {
  private final NearestPoint scalar = new ScalarNearestPoint();
  private final float[] repeated = new float[16];

  @Override
  public int code(
      SearchGrid grid, int entry, float[] values, float[] x, int from, float[] w, int at) {
    if (grid.size != 8) {
      return scalar.code(grid, entry, values, x, from, w, at); // short lists, eight digits
    }
    for (int i = 0; i < 16; i++) {
      repeated[i] = values[i % 4 % values.length];
    }
    return eight(grid.lists, entry + 1, grid.lists[entry], x, from, w, at);
  }

  private int eight(int[] lists, int first, int count, float[] x, int from, float[] w, int at) {
    FloatVector c0 = costs(x[from], w[at]);
    FloatVector c1 = costs(x[from + 1], w[at + 1]);
    FloatVector c2 = costs(x[from + 2], w[at + 2]);
    FloatVector c3 = costs(x[from + 3], w[at + 3]);
    FloatVector c4 = costs(x[from + 4], w[at + 4]);
    FloatVector c5 = costs(x[from + 5], w[at + 5]);
    FloatVector c6 = costs(x[from + 6], w[at + 6]);
    FloatVector c7 = costs(x[from + 7], w[at + 7]);
    FloatVector least = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
    IntVector place = IOTA;
    for (int k = 0; k < count; k += LANES) {
      IntVector code = IntVector.fromArray(I, lists, first + k);
      FloatVector error = pick(code, 0, c0).add(pick(code, 2, c1));
      error = error.add(pick(code, 4, c2)).add(pick(code, 6, c3));
      error = error.add(pick(code, 8, c4)).add(pick(code, 10, c5));
      error = error.add(pick(code, 12, c6)).add(pick(code, 14, c7));
      VectorMask<Integer> better =
          IOTA.compare(LT, count - k).and(error.compare(LT, least).cast(I));
      least = least.blend(error, better.cast(F));
      place = place.blend(IOTA.add(k), better);
    }
    // Floats that are not negative are ordered as their bits are.
    IntVector errors = least.reinterpretAsInts();
    VectorMask<Integer> winners = errors.compare(EQ, errors.reduceLanes(MIN));
    int winner = IntVector.broadcast(I, Integer.MAX_VALUE).blend(place, winners).reduceLanes(MIN);
    return lists[first + winner];
  }

  /** w e e of every digit, four lanes after four lanes. */
  private FloatVector costs(float x, float w) {
    FloatVector e = FloatVector.fromArray(F, repeated, 0).sub(x);
    return e.mul(w).mul(e);
  }

  /** The lane that two bits of a code name; higher bits name the same again. */
  private static FloatVector pick(IntVector code, int shift, FloatVector costs) {
    IntVector lane = code.lanewise(LSHR, shift).and(LANES - 1);
    return lane.selectFrom(costs.reinterpretAsInts()).reinterpretAsFloats();
  }
}
