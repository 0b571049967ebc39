package dev.jora.quantize.row;

import static dev.jora.quantize.row.IqVectors.floats;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.I;
import static dev.jora.quantize.row.Vectors.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Candidates side by side. Neighbouring ones mostly round a point to the same few codes; the list
 * of each such code is gone through once for all of them. The error of a value has one size per
 * digit and candidate, which are put up in a table first.
 */
final class VectorGridSearch extends GridSearch {
  /** Digits that the table has room for, by bits. */
  private static final int ROOM = 512 / 16;

  /** r e e of value i for digit d and candidate lane c at [((i &lt;&lt; bits) + d) · LANES + c]. */
  private final float[] costs = new float[ROOM * LANES];

  /** Codes that {@link #eight} or {@link #four} chose. */
  private final int[] chosen = new int[LANES];

  VectorGridSearch(GridRecipe recipe) {
    super(recipe, new VectorNearestPoint());
  }

  @Override
  void evaluate() {
    for (int c = 0; c < count; c += LANES) {
      for (int u = 0; u < points; u++) {
        roundAll(u, c);
        snapAll(u, c);
      }
      sums(c);
    }
  }

  private void roundAll(int u, int c) {
    FloatVector factor = FloatVector.fromArray(F, id, c);
    IntVector code = IntVector.zero(I);
    for (int i = 0; i < grid.size; i++) {
      FloatVector level = factor.mul(v[u * grid.size + i]).sub(1).mul(0.5f);
      IntVector bits = level.add(Rounding.SHIFT).reinterpretAsInts().and(Rounding.MANTISSA);
      IntVector digit = bits.sub(0x400000).max(0).min(grid.levels - 1);
      code = code.or(digit.lanewise(LSHL, grid.bits * i));
    }
    code.intoArray(rounded, u * stride + c);
  }

  private void snapAll(int u, int c) {
    int at = u * stride + c;
    IntVector codes = IntVector.fromArray(I, rounded, at);
    codes.intoArray(snapped, at);
    boolean ready = false;
    long left = -1L >>> 64 - LANES;
    while (left != 0) {
      int code = rounded[at + Long.numberOfTrailingZeros(left)];
      VectorMask<Integer> same = codes.compare(EQ, code);
      left &= ~same.toLong();
      int entry = grid.entries[code];
      if (entry < 0) {
        continue;
      }
      if (!ready) {
        fillCosts(u, c);
        ready = true;
      }
      choose(entry);
      IntVector.fromArray(I, chosen, 0).intoArray(snapped, at, same);
    }
  }

  private void fillCosts(int u, int c) {
    FloatVector multiple = FloatVector.fromArray(F, t, c);
    for (int d = 0; d < grid.levels; d++) {
      FloatVector value = multiple.mul(2 * d + 1);
      for (int i = 0; i < grid.size; i++) {
        FloatVector e = value.sub(v[u * grid.size + i]);
        FloatVector cost = e.mul(root[u * grid.size + i]).mul(e);
        cost.intoArray(costs, ((i << grid.bits) + d) * LANES);
      }
    }
  }

  private void choose(int entry) {
    if (grid.size == 8) {
      eight(grid.lists, entry + 1, entry + 1 + grid.lists[entry]);
    } else {
      four(grid.lists, entry + 1, entry + 1 + grid.lists[entry]);
    }
  }

  private void eight(int[] lists, int from, int to) {
    FloatVector least = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
    IntVector best = IntVector.broadcast(I, lists[from]);
    for (int k = from; k < to; k++) {
      int code = lists[k];
      FloatVector error = cost(code & 3);
      error = error.add(cost(4 + (code >> 2 & 3)));
      error = error.add(cost(8 + (code >> 4 & 3)));
      error = error.add(cost(12 + (code >> 6 & 3)));
      error = error.add(cost(16 + (code >> 8 & 3)));
      error = error.add(cost(20 + (code >> 10 & 3)));
      error = error.add(cost(24 + (code >> 12 & 3)));
      error = error.add(cost(28 + (code >> 14 & 3)));
      VectorMask<Float> better = error.compare(LT, least);
      least = least.blend(error, better);
      best = best.blend(code, better.cast(I));
    }
    best.intoArray(chosen, 0);
  }

  private void four(int[] lists, int from, int to) {
    FloatVector least = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
    IntVector best = IntVector.broadcast(I, lists[from]);
    for (int k = from; k < to; k++) {
      int code = lists[k];
      FloatVector error = cost(code & 7);
      error = error.add(cost(8 + (code >> 3 & 7)));
      error = error.add(cost(16 + (code >> 6 & 7)));
      error = error.add(cost(24 + (code >> 9 & 7)));
      VectorMask<Float> better = error.compare(LT, least);
      least = least.blend(error, better);
      best = best.blend(code, better.cast(I));
    }
    best.intoArray(chosen, 0);
  }

  private FloatVector cost(int row) {
    return FloatVector.fromArray(F, costs, row * LANES);
  }

  /** a and b of the candidates from c on. */
  private void sums(int c) {
    FloatVector sumA = FloatVector.zero(F);
    FloatVector sumB = FloatVector.zero(F);
    for (int u = 0; u < points; u++) {
      IntVector code = IntVector.fromArray(I, snapped, u * stride + c);
      for (int i = 0; i < grid.size; i++) {
        int at = u * grid.size + i;
        IntVector digit = code.lanewise(LSHR, grid.bits * i).and((1 << grid.bits) - 1);
        FloatVector p = floats(digit.add(digit).add(1));
        sumA = sumA.add(p.mul(wv[at]));
        sumB = sumB.add(p.mul(w[at]).mul(p));
      }
    }
    sumA.intoArray(a, c);
    sumB.intoArray(b, c);
  }
}
