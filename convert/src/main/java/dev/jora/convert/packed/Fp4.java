package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Floats of 4 bits, two in a byte, the first one low: sign, two bits of exponent, one of mantissa.
 */
final class Fp4 {
  private static final float[] VALUES = {
    0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6
  };

  private Fp4() {}

  /** What a product of value and scale becomes. */
  @FunctionalInterface
  interface Scaling {
    float of(float product);
  }

  /**
   * Rows of values times scales.
   *
   * @param columns of a row
   * @param width columns that share a scale
   * @param whole makes of the products, which are exact, the weight
   */
  static Rows rows(MemorySegment codes, Numbers scales, int columns, int width, Scaling whole) {
    long count = Parts.ceil(columns, width);
    return (row, to) -> {
      for (int c = 0; c < columns; c++) {
        int pair = codes.get(ValueLayout.JAVA_BYTE, (row * columns + c) / 2);
        to[c] = whole.of(VALUES[pair >> c % 2 * 4 & 15] * scales.get(row * count + c / width));
      }
    };
  }

  /**
   * Blocks of 32 values that share an exponent, as GGUF's MXFP4 has them: the same bits, in another
   * order.
   *
   * @param codes 16 bytes for each block
   * @param scales a byte for each block, 127 more than the exponent
   */
  record Moved(String name, long[] shape, SourceTensor codes, SourceTensor scales)
      implements SourceTensor {
    private static final int BLOCK = 17;

    Moved {
      shape = shape.clone();
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public ElementType type() {
      return ElementType.MXFP4;
    }

    @Override
    public MemorySegment read(Arena arena) {
      long count = scales.elements();
      try (Arena parts = Arena.ofConfined()) {
        MemorySegment exponents = scales.read(parts);
        MemorySegment from = codes.read(parts);
        MemorySegment to = arena.allocate(Math.multiplyExact(count, BLOCK));
        byte[] own = new byte[16];
        byte[] block = new byte[BLOCK];
        for (long n = 0; n < count; n++) {
          MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 16 * n, own, 0, 16);
          block[0] = exponents.get(ValueLayout.JAVA_BYTE, n);
          for (int j = 0; j < 16; j++) {
            int low = own[j / 2] >> j % 2 * 4 & 15;
            int high = own[j / 2 + 8] >> j % 2 * 4 & 15;
            block[1 + j] = (byte) (low | high << 4);
          }
          MemorySegment.copy(block, 0, to, ValueLayout.JAVA_BYTE, BLOCK * n, BLOCK);
        }
        return to;
      } catch (InternalError e) {
        throw new SourceException(
            "tensor %s: its file was cut short or its disk failed while it was read"
                .formatted(name),
            e);
      } catch (OutOfMemoryError | ArithmeticException e) {
        throw new SourceException(
            "tensor %s: there is no memory for its blocks".formatted(name), e);
      }
    }
  }
}
