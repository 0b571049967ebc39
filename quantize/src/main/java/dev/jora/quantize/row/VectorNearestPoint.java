package dev.jora.quantize.row;

import static dev.jora.quantize.row.IqVectors.IOTA;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.I;
import static dev.jora.quantize.row.Vectors.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

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
  private final float[] errors = new float[LANES];
  private final int[] starts = new int[LANES];
  private final float[] costs = new float[8 * 16];

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
    for (int i = 0; i < 8; i++) {
      putCosts(i, x[from + i], w[at + i]);
    }
    FloatVector least = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
    IntVector rounds = IntVector.zero(I);
    for (int k = 0; k < count; k += LANES) {
      IntVector code = IntVector.fromArray(I, lists, first + k);
      FloatVector error = FloatVector.zero(F);
      for (int i = 0; i < 8; i++) {
        IntVector lane = code.lanewise(LSHR, 2 * i).and(LANES - 1);
        IntVector sizes = FloatVector.fromArray(F, costs, 16 * i).reinterpretAsInts();
        error = error.add(lane.selectFrom(sizes).reinterpretAsFloats());
      }
      VectorMask<Integer> better =
          IOTA.compare(LT, count - k).and(error.compare(LT, least).cast(I));
      least = least.blend(error, better.cast(F));
      rounds = rounds.blend(k, better);
    }
    least.intoArray(errors, 0);
    rounds.intoArray(starts, 0);
    return lists[first + firstOfLeast()];
  }

  /** Of the lanes with the least error, the one that saw it first in the list. */
  private int firstOfLeast() {
    float least = errors[0];
    int first = starts[0];
    for (int lane = 1; lane < LANES; lane++) {
      int place = starts[lane] + lane;
      if (errors[lane] < least || errors[lane] == least && place < first) {
        least = errors[lane];
        first = place;
      }
    }
    return first;
  }

  /** w e e of every digit, four lanes after four lanes. */
  private void putCosts(int i, float x, float w) {
    FloatVector e = FloatVector.fromArray(F, repeated, 0).sub(x);
    e.mul(w).mul(e).intoArray(costs, 16 * i);
  }
}
