package dev.jora.quantize;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Finds values that are no finite numbers at the speed of reading: of plain floats eight bytes at
 * once, of blocks their scales alone, for finite scales make finite values.
 */
final class FiniteCheck {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes looked at before the first answer. */
  private static final int RUN = 1 << 12;

  private static final int[] NO_HALVES = {};
  private static final int HALF_EXPONENT = 0x7c00;

  /** MXFP4: from here on, 12 times 2^(e - 128) may be more than a float holds. */
  private static final int LARGE_E8M0 = 253;

  private static final int NAN_E8M0 = 0xff;
  private static final int NAN_UE4M3 = 0x7f;

  private FiniteCheck() {}

  /** A place: the value's index, counted from the first that was looked at, and what is there. */
  record Broken(long index, double value) {}

  /**
   * The first broken value.
   *
   * @param bytes whole blocks of the type
   * @return null if all values are finite, or integers
   */
  static Broken first(GgmlType type, MemorySegment data, long offset, long bytes) {
    return switch (type) {
      case F32 -> floats(data, offset, bytes, 4, 0x7f80_0000L);
      case F16 -> floats(data, offset, bytes, 2, HALF_EXPONENT);
      case BF16 -> floats(data, offset, bytes, 2, 0x7f80);
      case F64 -> floats(data, offset, bytes, 8, 0x7ff0L << 48);
      case I8, I16, I32, I64 -> null;
      default -> blocks(type, data, offset, bytes);
    };
  }

  /** A float is broken if all bits of its exponent are set: one more, and they carry. */
  private static Broken floats(
      MemorySegment data, long offset, long bytes, int width, long exponent) {
    long lanes = width == 8 ? 1 : width == 4 ? 0x1_0000_0001L : 0x1_0001_0001_0001L;
    long mask = exponent * lanes;
    long one = (exponent & -exponent) * lanes;
    long carry = mask + one;
    long end = offset + bytes;
    for (long at = offset; at < end; at += RUN) {
      long stop = Math.min(end, at + RUN);
      long found = 0;
      long whole = at + ((stop - at) & -8);
      for (long i = at; i < whole; i += 8) {
        found |= (data.get(LONG, i) & mask) + one;
      }
      if ((found & carry & ~mask) != 0 || whole < stop) {
        for (long i = at; i < stop; i += width) {
          long bits = bits(data, i, width);
          if ((bits & exponent) == exponent) {
            boolean infinite = (bits & (exponent & -exponent) - 1) == 0;
            double sign = bits >> 8 * width - 1 == 0 ? 1 : -1;
            return new Broken(
                (i - offset) / width, infinite ? sign * Double.POSITIVE_INFINITY : Double.NaN);
          }
        }
      }
    }
    return null;
  }

  private static long bits(MemorySegment data, long at, int width) {
    long bits = 0;
    for (int i = 0; i < width; i++) {
      bits |= (data.get(ValueLayout.JAVA_BYTE, at + i) & 0xFFL) << 8 * i;
    }
    return bits;
  }

  private static Broken blocks(GgmlType type, MemorySegment data, long offset, long bytes) {
    int[] halves = halves(type);
    for (long at = offset; at < offset + bytes; at += type.blockBytes()) {
      boolean suspect = false;
      for (int half : halves) {
        suspect |= (data.get(SHORT, at + half) & HALF_EXPONENT) == HALF_EXPONENT;
      }
      if (suspect || halves.length == 0 && suspect(type, data, at)) {
        Broken broken = within(type, data, at);
        if (broken != null) {
          long before = (at - offset) / type.blockBytes() * type.blockSize();
          return new Broken(before + broken.index(), broken.value());
        }
      }
    }
    return null;
  }

  /** Where a block has its scales, if they are halves. */
  private static int[] halves(GgmlType type) {
    return switch (type) {
      case Q4_0,
          Q5_0,
          Q8_0,
          Q1_0,
          Q2_0,
          IQ1_S,
          IQ2_XXS,
          IQ2_XS,
          IQ2_S,
          IQ3_XXS,
          IQ3_S,
          IQ4_NL,
          IQ4_XS ->
          new int[] {0};
      case Q4_1, Q5_1, Q8_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
      case TQ1_0 -> new int[] {52};
      case TQ2_0 -> new int[] {64};
      default -> NO_HALVES;
    };
  }

  /** Whether scales of another kind may be broken. */
  private static boolean suspect(GgmlType type, MemorySegment data, long at) {
    return switch (type) {
      case MXFP4 -> bits(data, at, 1) >= LARGE_E8M0;
      case NVFP4 -> brokenScale(data, at) >= 0;
      case IQ1_M -> {
        // Bits 10 to 14 of the half: nibble 3 and the upper half of nibble 2.
        int high = data.get(SHORT, at + 54) & 0x7000;
        int low = data.get(SHORT, at + 52) & 0xc000;
        yield high == 0x7000 && low == 0xc000;
      }
      default -> (bits(data, at, 4) & 0x7f80_0000L) == 0x7f80_0000L; // Q8_K
    };
  }

  /** The first of the four scales of a block of NVFP4 that is no number, or -1. */
  private static int brokenScale(MemorySegment data, long at) {
    for (int i = 0; i < 4; i++) {
      if ((bits(data, at + i, 1) & 0x7f) == NAN_UE4M3) {
        return i;
      }
    }
    return -1;
  }

  /** The first broken value of a suspect block, or null. */
  private static Broken within(GgmlType type, MemorySegment data, long at) {
    // Scales that stand for no number are decoded to some nevertheless.
    if (type == GgmlType.NVFP4) {
      return new Broken(16L * brokenScale(data, at), Double.NaN);
    }
    if (type == GgmlType.MXFP4 && bits(data, at, 1) == NAN_E8M0
        || BlockFormats.find(type).isEmpty()) {
      return new Broken(0, Double.NaN);
    }
    float[] values = new float[type.blockSize()];
    BlockFormats.of(type).dequantize(data, at, values, 0, values.length);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return new Broken(i, values[i]);
      }
    }
    return null;
  }
}
