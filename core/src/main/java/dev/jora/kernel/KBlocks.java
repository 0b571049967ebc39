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
import static dev.jora.kernel.Vectors.store;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;

/** The scales and minima of the K types. */
final class KBlocks {
  /** Lanes 8 to 15, where vectors are that long. */
  private static final VectorMask<Float> UPPER = VectorMask.fromLong(F, LANES == 16 ? 0xff00 : 0);

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
}
