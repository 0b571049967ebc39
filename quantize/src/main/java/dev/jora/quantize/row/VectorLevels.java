package dev.jora.quantize.row;

import static dev.jora.quantize.row.Rounding.MANTISSA;
import static dev.jora.quantize.row.Rounding.SHIFT;
import static dev.jora.quantize.row.Vectors.EXPONENT;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.I;
import static dev.jora.quantize.row.Vectors.LANES;
import static dev.jora.quantize.row.Vectors.ZERO;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Levels} on the Vector API. Values need not wait for each other here, so a lane is a value;
 * runs are multiples of {@link Units#LANES} long.
 */
final class VectorLevels implements Levels {
  @Override
  public void divide(
      float[] x,
      int from,
      int n,
      int runs,
      float[] add,
      float[] by,
      int low,
      int high,
      int[] levels) {
    for (int j = 0; j < runs; j++) {
      FloatVector a = FloatVector.broadcast(F, add[j]);
      FloatVector d = FloatVector.broadcast(F, by[j]);
      for (int i = j * n; i < (j + 1) * n; i += LANES) {
        put(FloatVector.fromArray(F, x, from + i).add(a).div(d), low, high, levels, i);
      }
    }
  }

  @Override
  public void multiply(
      float[] x,
      int from,
      int n,
      int runs,
      float[] k,
      float[] base,
      int low,
      int high,
      int[] levels) {
    for (int j = 0; j < runs; j++) {
      FloatVector f = FloatVector.broadcast(F, k[j]);
      FloatVector b = FloatVector.broadcast(F, base[j]);
      for (int i = j * n; i < (j + 1) * n; i += LANES) {
        put(f.mul(FloatVector.fromArray(F, x, from + i).sub(b)), low, high, levels, i);
      }
    }
  }

  private static void put(FloatVector v, int low, int high, int[] levels, int at) {
    IntVector bits = v.add(SHIFT).reinterpretAsInts().and(MANTISSA).or(EXPONENT);
    bits.max(ZERO + low).min(ZERO + high).sub(ZERO + low).intoArray(levels, at);
  }

  @Override
  public void truncate(
      float[] x,
      int from,
      int n,
      int runs,
      float[] base,
      float[] k,
      float add,
      int high,
      int[] levels) {
    for (int j = 0; j < runs; j++) {
      if (Float.isInfinite(k[j])) {
        Arrays.fill(levels, j * n, (j + 1) * n, 0);
        continue;
      }
      FloatVector f = FloatVector.broadcast(F, k[j]);
      FloatVector b = FloatVector.broadcast(F, base[j]);
      for (int i = j * n; i < (j + 1) * n; i += LANES) {
        FloatVector v = FloatVector.fromArray(F, x, from + i).sub(b).mul(f).add(add);
        ((IntVector) v.convert(F2I, 0)).min(high).intoArray(levels, i);
      }
    }
  }

  @Override
  public void round(float[] x, int from, int n, int runs, float[] k, int[] levels) {
    for (int j = 0; j < runs; j++) {
      if (Float.isInfinite(k[j])) {
        Arrays.fill(levels, j * n, (j + 1) * n, 0);
        continue;
      }
      FloatVector f = FloatVector.broadcast(F, k[j]);
      for (int i = j * n; i < (j + 1) * n; i += LANES) {
        FloatVector v = FloatVector.fromArray(F, x, from + i).mul(f);
        IntVector whole = (IntVector) v.convert(F2I, 0);
        FloatVector rest = v.sub(whole.convert(I2F, 0));
        whole = whole.add(1, rest.compare(GE, 0.5f).cast(I));
        whole.sub(1, rest.compare(LE, -0.5f).cast(I)).intoArray(levels, i);
      }
    }
  }

  @Override
  public void largest(float[] x, int from, int n, int runs, float[] largest) {
    for (int j = 0; j < runs; j++) {
      int at = from + j * n;
      IntVector sizes = IntVector.zero(I);
      for (int i = at; i < at + n; i += LANES) {
        sizes = sizes.max(FloatVector.fromArray(F, x, i).abs().reinterpretAsInts());
      }
      float size = Float.intBitsToFloat(sizes.reduceLanes(MAX));
      largest[j] = size == 0 ? 0 : firstOfSize(x, at, n, size);
    }
  }

  private static float firstOfSize(float[] x, int from, int n, float size) {
    for (int i = from; i < from + n; i += LANES) {
      VectorMask<Float> there = FloatVector.fromArray(F, x, i).abs().compare(EQ, size);
      if (there.anyTrue()) {
        return x[i + there.firstTrue()];
      }
    }
    return Float.NaN; // there is one in x
  }

  @Override
  public void extremes(float[] x, int from, int n, int runs, float[] least, float[] largest) {
    for (int j = 0; j < runs; j++) {
      int at = from + j * n;
      IntVector low = IntVector.broadcast(I, Integer.MAX_VALUE);
      IntVector high = IntVector.broadcast(I, Integer.MIN_VALUE);
      for (int i = at; i < at + n; i += LANES) {
        IntVector ordered = order(FloatVector.fromArray(F, x, i).reinterpretAsInts());
        low = low.min(ordered);
        high = high.max(ordered);
      }
      largest[j] = value(high.reduceLanes(MAX));
      float l = value(low.reduceLanes(MIN));
      least[j] = l == 0 ? firstZero(x, at) : l;
    }
  }

  /** Integers in the order of the floats with these bits, −0 before 0; its own inverse. */
  private static IntVector order(IntVector bits) {
    return bits.lanewise(ASHR, 31).and(Integer.MAX_VALUE).lanewise(XOR, bits);
  }

  private static float value(int ordered) {
    return Float.intBitsToFloat(ordered >> 31 & Integer.MAX_VALUE ^ ordered);
  }

  /** The first zero from i on, whatever its sign. */
  private static float firstZero(float[] x, int i) {
    int at = i;
    while (x[at] != 0) {
      at++;
    }
    return x[at];
  }
}
