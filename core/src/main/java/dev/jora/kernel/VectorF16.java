package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LE;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.S;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.reduce;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.S2I;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** IEEE halves. */
final class VectorF16 implements VectorFormat {
  @Override
  public GgmlType type() {
    return GgmlType.F16;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(values(w + 2L * i), out + 4L * i);
    }
    for (int i = bound; i < n; i++) {
      storeFloat(half(w + 2L * i), out + 4L * i);
    }
  }

  /**
   * Halves to floats in integer arithmetic, exact for every half; the Vector API lacks the
   * processor's own conversion. Multiplying the shifted bits by 2^112 would be shorter, but costs
   * Intel processors an assist for every subnormal.
   */
  private static FloatVector values(long address) {
    ShortVector halves = ShortVector.fromMemorySegment(S, MEMORY, address & ADDRESS, LE);
    IntVector h = (IntVector) halves.convertShape(S2I, I, 0);
    IntVector exponent = h.and(0x7c00);
    IntVector bits = h.lanewise(LSHL, 13).and(0x0fffe000);
    IntVector infinite = bits.or(0x7f800000);
    IntVector normal = bits.add(0x38000000).blend(infinite, exponent.compare(EQ, 0x7c00));
    // A subnormal m 2^-24 is 2^-14 (1 + m 2^-10) − 2^-14.
    IntVector subnormal =
        bits.add(0x38800000).reinterpretAsFloats().sub(0x1p-14f).reinterpretAsInts();
    IntVector value = normal.blend(subnormal, exponent.compare(EQ, 0));
    return value.or(h.and(0x80000000)).reinterpretAsFloats();
  }

  /** The arithmetic of {@link #values}, written out; x[k] may end in part of a vector. */
  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    int bound = F.loopBound(k);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector xi = FloatVector.fromMemorySegment(F, MEMORY, (x + 4L * i) & ADDRESS, LE);
      IntVector h0 =
          (IntVector)
              ShortVector.fromMemorySegment(S, MEMORY, (w0 + 2L * i) & ADDRESS, LE)
                  .convertShape(S2I, I, 0);
      IntVector bits0 = h0.lanewise(LSHL, 13).and(0x0fffe000);
      IntVector normal0 = bits0.add(0x38000000);
      IntVector small0 =
          bits0.add(0x38800000).reinterpretAsFloats().sub(0x1p-14f).reinterpretAsInts();
      normal0 =
          normal0
              .blend(bits0.or(0x7f800000), bits0.compare(GE, 0x0f800000))
              .blend(small0, bits0.compare(LT, 0x00800000));
      a0 = normal0.or(h0.and(0x80000000)).reinterpretAsFloats().fma(xi, a0);
      IntVector h1 =
          (IntVector)
              ShortVector.fromMemorySegment(S, MEMORY, (w1 + 2L * i) & ADDRESS, LE)
                  .convertShape(S2I, I, 0);
      IntVector bits1 = h1.lanewise(LSHL, 13).and(0x0fffe000);
      IntVector normal1 = bits1.add(0x38000000);
      IntVector small1 =
          bits1.add(0x38800000).reinterpretAsFloats().sub(0x1p-14f).reinterpretAsInts();
      normal1 =
          normal1
              .blend(bits1.or(0x7f800000), bits1.compare(GE, 0x0f800000))
              .blend(small1, bits1.compare(LT, 0x00800000));
      a1 = normal1.or(h1.and(0x80000000)).reinterpretAsFloats().fma(xi, a1);
    }
    a0.intoMemorySegment(MEMORY, scratch & ADDRESS, LE);
    a1.intoMemorySegment(MEMORY, (scratch + 64) & ADDRESS, LE);
    float rest0 = 0;
    float rest1 = 0;
    for (int i = bound; i < k; i++) {
      rest0 = Math.fma(half(w0 + 2L * i), loadFloat(x + 4L * i), rest0);
      rest1 = Math.fma(half(w1 + 2L * i), loadFloat(x + 4L * i), rest1);
    }
    reduce(scratch, rest0, rest1, y0, y1);
  }
}
