package dev.jora.quantize.row;

import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.I;
import static dev.jora.quantize.row.Vectors.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** Sub-blocks side by side. What depends on i2 alone is put up in tables first. */
final class VectorSplitSearch extends SplitSearch {
  /** Terms of a and b that i2 decides: with P and N; . */
  private final float[] aP;

  private final float[] aN;
  private final float[] bP;
  private final float[] bN;
  private final Terms first;
  private final Terms second;

  /** What halves add to a and b for a given i1: with P, then with N. */
  private record Terms(float[] a, float[] b) {}

  VectorSplitSearch(int n) {
    super(n);
    aP = new float[sumX.length];
    aN = new float[sumX.length];
    bP = new float[sumX.length];
    bN = new float[sumX.length];
    first = new Terms(new float[2 * sumX.length], new float[2 * sumX.length]);
    second = new Terms(new float[2 * sumX.length], new float[2 * sumX.length]);
  }

  @Override
  void ranks() {
    for (int at = 0; at < n * UNITS; at += LANES) {
      FloatVector self = FloatVector.fromArray(F, x, at);
      IntVector before = IntVector.zero(I);
      int other = at % UNITS;
      for (; other < at; other += UNITS) {
        before = before.add(1, FloatVector.fromArray(F, x, other).compare(LE, self).cast(I));
      }
      for (; other < n * UNITS; other += UNITS) {
        before = before.add(1, FloatVector.fromArray(F, x, other).compare(LT, self).cast(I));
      }
      before.intoArray(rank, at);
    }
  }

  @Override
  void trySplits() {
    tails();
    for (int u = 0; u < UNITS; u += LANES) {
      for (int i1 = 0; i1 <= n; i1++) {
        trySplits(u, i1);
      }
    }
  }

  /** The terms of the values from i2 on. */
  private void tails() {
    for (int at = 0; at < aP.length; at += LANES) {
      int end = n * UNITS + at % UNITS;
      FloatVector tail = row(sumX, end).sub(row(sumX, at));
      tail.mul(1.125f).intoArray(aP, at);
      tail.mul(0.875f).intoArray(aN, at);
      FloatVector weights = row(sumW, end).sub(row(sumW, at));
      weights.mul(1.125f).mul(1.125f).intoArray(bP, at);
      weights.mul(0.875f).mul(0.875f).intoArray(bN, at);
    }
  }

  private void trySplits(int u, int i1) {
    FloatVector head = row(sumX, i1 * UNITS + u);
    FloatVector headP = head.mul(-0.875f);
    FloatVector headN = head.mul(-1.125f);
    FloatVector weights = row(sumW, i1 * UNITS + u);
    FloatVector weightsP = weights.mul(-0.875f).mul(-0.875f);
    FloatVector weightsN = weights.mul(-1.125f).mul(-1.125f);
    FloatVector most = FloatVector.fromArray(F, best, u);
    FloatVector factor = FloatVector.fromArray(F, scale, u);
    IntVector choice = IntVector.fromArray(I, taken, u);
    for (int i2 = i1; i2 <= n; i2++) {
      int at = i2 * UNITS + u;
      FloatVector middle = row(sumX, at).sub(head).mul(0.125f);
      FloatVector squares = row(sumW, at).sub(weights).mul(0.125f).mul(0.125f);
      FloatVector a = headP.add(middle).add(row(aP, at));
      FloatVector b = weightsP.add(squares).add(row(bP, at));
      VectorMask<Float> better = better(a, b, most);
      FloatVector quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split(i1, i2, 0), better.cast(I));
      a = headN.sub(middle).add(row(aN, at));
      b = weightsN.add(squares).add(row(bN, at));
      better = better(a, b, most);
      quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split(i1, i2, 1), better.cast(I));
    }
    most.intoArray(best, u);
    factor.intoArray(scale, u);
    choice.intoArray(taken, u);
  }

  @Override
  void trySplitsOfHalves() {
    for (int u = 0; u < UNITS; u += LANES) {
      for (int i1 = 0; i1 <= n; i1++) {
        terms(i1, u, sumX, sumW, first);
        terms(i1, u, secondX, secondW, second);
        trySplitsOfHalves(u, i1);
      }
    }
  }

  private void terms(int i1, int u, float[] sumsX, float[] sumsW, Terms to) {
    values(i1, u, sumsX, 1.125f, to.a, 0);
    values(i1, u, sumsX, 0.875f, to.a, sumX.length);
    squares(i1, u, sumsW, 1.125f, 0.75f, -1.25f, to.b, 0);
    squares(i1, u, sumsW, 0.875f, 1.25f, -0.75f, to.b, sumX.length);
  }

  /** What a half adds to a, for every i2; last is the last value of its T. */
  private void values(int i1, int u, float[] sums, float last, float[] to, int shift) {
    FloatVector head = row(sums, i1 * UNITS + u);
    FloatVector total = row(sums, n * UNITS + u).mul(last);
    for (int at = i1 * UNITS + u; at < sumX.length; at += UNITS) {
      total.sub(head.add(row(sums, at))).intoArray(to, at + shift);
    }
  }

  /** What a half adds to b, likewise: sums up to i1 and i2 count d1 and d2 times. */
  private void squares(
      int i1, int u, float[] sums, float last, float d1, float d2, float[] to, int shift) {
    FloatVector total = row(sums, n * UNITS + u).mul(last).mul(last);
    FloatVector head = total.add(row(sums, i1 * UNITS + u).mul(d1));
    for (int at = i1 * UNITS + u; at < sumX.length; at += UNITS) {
      head.add(row(sums, at).mul(d2)).intoArray(to, at + shift);
    }
  }

  private void trySplitsOfHalves(int u, int i1) {
    FloatVector most = FloatVector.fromArray(F, best, u);
    FloatVector factor = FloatVector.fromArray(F, scale, u);
    IntVector choices = IntVector.fromArray(I, taken, u);
    for (int i2 = i1; i2 <= n; i2++) {
      for (int choice = 0; choice < 4; choice++) {
        int at = i2 * UNITS + u + (choice >> 1) * sumX.length;
        int secondAt = i2 * UNITS + u + (choice & 1) * sumX.length;
        FloatVector a = row(first.a, at).add(row(second.a, secondAt));
        FloatVector b = row(first.b, at).add(row(second.b, secondAt));
        VectorMask<Float> better = better(a, b, most);
        FloatVector quotient = a.div(b);
        factor = factor.blend(quotient, better);
        most = most.blend(quotient.mul(a), better);
        choices = choices.blend(split(i1, i2, choice), better.cast(I));
      }
    }
    most.intoArray(best, u);
    factor.intoArray(scale, u);
    choices.intoArray(taken, u);
  }

  private static FloatVector row(float[] table, int at) {
    return FloatVector.fromArray(F, table, at);
  }

  private static VectorMask<Float> better(FloatVector a, FloatVector b, FloatVector most) {
    return a.mul(a).compare(GT, most.mul(b)).and(b.compare(GT, 0));
  }
}
