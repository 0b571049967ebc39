package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.LONG;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.signedBytes;
import static dev.jora.kernel.Vectors.store;

import dev.jora.quant.IqGrids;
import dev.jora.tensor.GgmlType;

/**
 * Points of the grids of IQ1, IQ2 and IQ3, eight bytes a long. The values of a block of 256 are put
 * together as bytes in the last quarter of the floats that they become, and then become them from
 * the first to the last: a float never takes the place of a byte that is still to be read.
 */
final class GridPoints {
  static final long[] IQ2_XXS = points(GgmlType.IQ2_XXS);
  static final long[] IQ2_XS = points(GgmlType.IQ2_XS);
  static final long[] IQ2_S = points(GgmlType.IQ2_S);

  /** Of four values each. */
  static final long[] IQ3_XXS = points(GgmlType.IQ3_XXS);

  static final long[] IQ3_S = points(GgmlType.IQ3_S);

  /** 8 (value + 1): no byte is negative, so 2 can be added to each. */
  static final long[] IQ1 = raised(points(GgmlType.IQ1_S));

  /** What {@link #IQ1} stands above 8 (value - 1/8), the lower of its two shifts. */
  static final int IQ1_ZERO = 9;

  /** All bits of the bytes i for which a byte of signs has bit i. */
  private static final long[] SIGNS = new long[256];

  /** The same for seven bits, of which bit 7 is the parity. */
  private static final long[] SIGN_FIELDS = new long[128];

  static {
    for (int signs = 0; signs < 256; signs++) {
      for (int i = 0; i < 8; i++) {
        SIGNS[signs] |= (signs >> i & 1) * (0xffL << 8 * i);
      }
    }
    for (int field = 0; field < 128; field++) {
      SIGN_FIELDS[field] = SIGNS[field | Integer.bitCount(field) % 2 << 7];
    }
  }

  private GridPoints() {}

  private static long[] points(GgmlType type) {
    byte[] values = IqGrids.values(type);
    int size = IqGrids.size(type);
    long[] points = new long[values.length / size];
    for (int i = 0; i < values.length; i++) {
      points[i / size] |= (values[i] & 255L) << 8 * (i % size);
    }
    return points;
  }

  private static long[] raised(long[] points) {
    for (int i = 0; i < points.length; i++) {
      long raised = 0;
      for (int b = 0; b < 64; b += 8) {
        raised |= (((byte) (points[i] >> b)) + 1L) * 8 << b;
      }
      points[i] = raised;
    }
    return points;
  }

  /** Where the bytes of 256 values are put. */
  static long bytes(long out) {
    return out + 768;
  }

  static long negative(int signs) {
    return SIGNS[signs & 255];
  }

  static long negativeByField(int field) {
    return SIGN_FIELDS[field & 127];
  }

  /** Eight bytes above 0, of which those that {@code negative} has become negative: ~v + 1. */
  static void put(long values, long negative, long at) {
    MEMORY.set(LONG, at & ADDRESS, (values ^ negative) + (negative & 0x0101010101010101L));
  }

  /** out[i] = scale · (byte i - zero), for i in [0, n); n is 16 or 32. */
  static void scaled(long bytes, int n, int zero, float scale, long out) {
    for (int i = 0; i < n; i += LANES) {
      store(floats(signedBytes(bytes + i).sub(zero)).mul(scale), out + 4L * i);
    }
  }
}
