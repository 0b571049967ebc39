package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.S;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
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
    ShortVector halves = ShortVector.fromMemorySegment(S, MEMORY, address & ADDRESS, Vectors.LE);
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
}
