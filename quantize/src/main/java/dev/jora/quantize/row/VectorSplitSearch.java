package dev.jora.quantize.row;

import static dev.jora.quantize.row.IqVectors.F;
import static dev.jora.quantize.row.IqVectors.I;
import static dev.jora.quantize.row.IqVectors.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** Sub-blocks side by side. What depends on i2 alone is put up in tables first. */
final class VectorSplitSearch extends SplitSearch {
  /** Terms of a and b that i2 decides: with P and N; of second halves likewise. */
  private final float[] aP;

  private final float[] aN;
  private final float[] bP;
  private final float[] bN;
  private final float[] secondP;
  private final float[] secondN;

  VectorSplitSearch(int n) {
    super(n);
    aP = new float[sumX.length];
    aN = new float[sumX.length];
    bP = new float[sumX.length];
    bN = new float[sumX.length];
    secondP = new float[sumX.length];
    secondN = new float[sumX.length];
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
    int end = n * UNITS;
    for (int at = 0; at < aP.length; at++) {
      float tail = sumX[end + at % UNITS] - sumX[at];
      aP[at] = tail * 1.125f;
      aN[at] = tail * 0.875f;
      float weights = sumW[end + at % UNITS] - sumW[at];
      bP[at] = weights * 1.125f * 1.125f;
      bN[at] = weights * 0.875f * 0.875f;
    }
  }

  private void trySplits(int u, int i1) {
    FloatVector head = row(sumX, i1, u);
    FloatVector headP = head.mul(-0.875f);
    FloatVector headN = head.mul(-1.125f);
    FloatVector weights = row(sumW, i1, u);
    FloatVector weightsP = weights.mul(-0.875f).mul(-0.875f);
    FloatVector weightsN = weights.mul(-1.125f).mul(-1.125f);
    FloatVector most = FloatVector.fromArray(F, best, u);
    FloatVector factor = FloatVector.fromArray(F, scale, u);
    IntVector choice = IntVector.fromArray(I, taken, u);
    for (int i2 = i1; i2 <= n; i2++) {
      FloatVector middle = row(sumX, i2, u).sub(head).mul(0.125f);
      FloatVector squares = row(sumW, i2, u).sub(weights).mul(0.125f).mul(0.125f);
      FloatVector a = headP.add(middle).add(row(aP, i2, u));
      FloatVector b = weightsP.add(squares).add(row(bP, i2, u));
      VectorMask<Float> better = better(a, b, most);
      FloatVector quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split(i1, i2, 0), better.cast(I));
      a = headN.sub(middle).add(row(aN, i2, u));
      b = weightsN.add(squares).add(row(bN, i2, u));
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
    for (int at = 0; at < aP.length; at++) {
      bP[at] = sumW[at] * -1.25f;
      bN[at] = sumW[at] * -0.75f;
      secondP[at] = secondW[at] * -1.25f;
      secondN[at] = secondW[at] * -0.75f;
    }
    for (int u = 0; u < UNITS; u += LANES) {
      for (int i1 = 0; i1 <= n; i1++) {
        trySplitsOfHalves(u, i1);
      }
    }
  }

  private void trySplitsOfHalves(int u, int i1) {
    FloatVector y1 = row(sumX, i1, u);
    FloatVector z1 = row(secondX, i1, u);
    FloatVector yP = row(sumX, n, u).mul(1.125f);
    FloatVector yN = row(sumX, n, u).mul(0.875f);
    FloatVector zP = row(secondX, n, u).mul(1.125f);
    FloatVector zN = row(secondX, n, u).mul(0.875f);
    FloatVector vP = head(sumW, i1, u, 1.125f, 0.75f);
    FloatVector vN = head(sumW, i1, u, 0.875f, 1.25f);
    FloatVector wP = head(secondW, i1, u, 1.125f, 0.75f);
    FloatVector wN = head(secondW, i1, u, 0.875f, 1.25f);
    FloatVector most = FloatVector.fromArray(F, best, u);
    FloatVector factor = FloatVector.fromArray(F, scale, u);
    IntVector choice = IntVector.fromArray(I, taken, u);
    for (int i2 = i1; i2 <= n; i2++) {
      FloatVector y = y1.add(row(sumX, i2, u));
      FloatVector z = z1.add(row(secondX, i2, u));
      FloatVector aP0 = yP.sub(y);
      FloatVector aN0 = yN.sub(y);
      FloatVector aP1 = zP.sub(z);
      FloatVector aN1 = zN.sub(z);
      FloatVector bP0 = vP.add(row(bP, i2, u));
      FloatVector bN0 = vN.add(row(bN, i2, u));
      FloatVector bP1 = wP.add(row(secondP, i2, u));
      FloatVector bN1 = wN.add(row(secondN, i2, u));
      int split = split(i1, i2, 0);

      FloatVector a = aP0.add(aP1);
      FloatVector b = bP0.add(bP1);
      VectorMask<Float> better = better(a, b, most);
      FloatVector quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split, better.cast(I));

      a = aP0.add(aN1);
      b = bP0.add(bN1);
      better = better(a, b, most);
      quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split + 1, better.cast(I));

      a = aN0.add(aP1);
      b = bN0.add(bP1);
      better = better(a, b, most);
      quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split + 2, better.cast(I));

      a = aN0.add(aN1);
      b = bN0.add(bN1);
      better = better(a, b, most);
      quotient = a.div(b);
      factor = factor.blend(quotient, better);
      most = most.blend(quotient.mul(a), better);
      choice = choice.blend(split + 3, better.cast(I));
    }
    most.intoArray(best, u);
    factor.intoArray(scale, u);
    choice.intoArray(taken, u);
  }

  private static FloatVector row(float[] table, int i, int u) {
    return FloatVector.fromArray(F, table, i * UNITS + u);
  }

  /** The terms of Σ w T T of a half that i2 does not touch. */
  private FloatVector head(float[] sums, int i1, int u, float last, float first) {
    return row(sums, n, u).mul(last).mul(last).add(row(sums, i1, u).mul(first));
  }

  private static VectorMask<Float> better(FloatVector a, FloatVector b, FloatVector most) {
    return a.mul(a).compare(GT, most.mul(b)).and(b.compare(GT, 0));
  }
}
