package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;

/**
 * What the K types share: their scales, and activations with the sums that take the minima out of
 * the inner loop: Σ (s q − m) x = s Σ q x − m Σ x.
 */
final class KBlocks {
  /** Lanes 8 to 15, where vectors are that long. */
  private static final VectorMask<Float> UPPER = VectorMask.fromLong(F, LANES == 16 ? 0xff00 : 0);

  /** Bytes of one prepared block: 256 values and 16 sums. */
  private static final long SUMS = 64;

  private KBlocks() {}

  /**
   * Scale j in byte j: the low six bits of bytes 0–3, then low nibbles with two bits from above.
   */
  static long scales(long address) {
    return unpack(MEMORY.get(INT, address & ADDRESS), MEMORY.get(INT, (address + 8) & ADDRESS));
  }

  /** Minimum j in byte j: the low six bits of bytes 4–7, then high nibbles with two from above. */
  static long mins(long address) {
    return unpack(
        MEMORY.get(INT, (address + 4) & ADDRESS), MEMORY.get(INT, (address + 8) & ADDRESS) >>> 4);
  }

  private static long unpack(int first, int nibbles) {
    int second = nibbles & 0x0f0f0f0f | first >>> 2 & 0x30303030;
    return first & 0x3f3f3f3fL | (long) second << 32;
  }

  /** out = d s_0 … d s_7, −dmin m_0 … −dmin m_7 of a block of Q4_K or Q5_K; not at 128 bits. */
  static void scalesAndMins(long block, long out) {
    FloatVector d = broadcast(half(block));
    float dmin = -half(block + 2);
    LongVector bytes = LongVector.broadcast(LongVector.SPECIES_128, scales(block + 4));
    LongVector mins = LongVector.broadcast(LongVector.SPECIES_128, mins(block + 4));
    if (LANES == 16) {
      IntVector both = ints(bytes.withLane(1, mins.lane(0)));
      store(floats(both).mul(d.blend(dmin, UPPER)), out);
    } else {
      store(floats(ints(bytes)).mul(d), out);
      store(floats(ints(mins)).mul(dmin), out + 32);
    }
  }

  private static IntVector ints(LongVector bytes) {
    ByteVector b = bytes.reinterpretAsBytes();
    return (IntVector) b.convertShape(ZERO_EXTEND_B2I, I, 0);
  }

  /** x[k], then for every block of 256 its 16 sums. */
  static long preparedBytes(int k) {
    return 4L * k + k / 256 * SUMS;
  }

  /** Where the sums of the first block are in a prepared row. */
  static long sums(long x, int k) {
    return x + 4L * k;
  }

  /** Sums over 16 values each. */
  static void prepare16(long x, int k, long out) {
    MemorySegment.copy(MEMORY, x & ADDRESS, MEMORY, out & ADDRESS, 4L * k);
    for (int j = 0; j < k / 16; j++) {
      storeFloat(sum(x + 64L * j, 16), sums(out, k) + 4L * j);
    }
  }

  /** Sums over 32 values each in lanes 8 to 15, zeros below, as {@link #scalesAndMins}. */
  static void prepare32(long x, int k, long out) {
    MemorySegment.copy(MEMORY, x & ADDRESS, MEMORY, out & ADDRESS, 4L * k);
    for (int j = 0; j < k / 32; j++) {
      long block = sums(out, k) + j / 8 * SUMS;
      storeFloat(0, block + 4L * (j % 8));
      storeFloat(sum(x + 128L * j, 32), block + 32 + 4L * (j % 8));
    }
  }

  private static float sum(long x, int n) {
    FloatVector a = load(x);
    for (int i = LANES; i < n; i += LANES) {
      a = a.add(load(x + 4L * i));
    }
    return Vectors.sum(a);
  }
}
