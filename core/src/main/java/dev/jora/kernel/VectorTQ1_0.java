package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.IOTA;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 54 bytes: 52 bytes of five, the last four of four, digits to base 3, half d; value d (q − 1). */
final class VectorTQ1_0 implements VectorFormat {
  private static final int BYTES = 54;

  /** 3^n of the last 16 values: byte l holds 240 + l + 4 n. */
  private static final int[] LAST_POWERS = {1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 9, 9, 27, 27, 27, 27};

  @Override
  public GgmlType type() {
    return GgmlType.TQ1_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    FloatVector d = halves(p + 52);
    int power = 1;
    for (int n = 0; n < 5; n++) {
      for (int i = 0; i < 32; i += LANES) {
        store(digits(unsignedBytes(p + i).mul(power)).mul(d), o + 4L * (32 * n + i));
      }
      for (int i = 0; i < 16; i += LANES) {
        store(digits(unsignedBytes(p + 32 + i).mul(power)).mul(d), o + 4L * (160 + 16 * n + i));
      }
      power *= 3;
    }
    IntVector last = IntVector.broadcast(I, MEMORY.get(INT, (p + 48) & ADDRESS));
    IntVector bytes = last.lanewise(LSHR, IOTA.and(3).lanewise(LSHL, 3)).and(255);
    for (int i = 0; i < 16; i += LANES) {
      IntVector powers = IntVector.fromArray(I, LAST_POWERS, i);
      store(digits(bytes.mul(powers)).mul(d), o + 4L * (240 + i));
    }
  }

  /** The leading digits, less 1, of fractions of 256. */
  private static FloatVector digits(IntVector fractions) {
    return floats(fractions.and(255).mul(3).lanewise(LSHR, 8).sub(1));
  }
}
