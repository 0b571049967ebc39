package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A tensor of floats that are made when they are read.
 *
 * @param height how many rows are made at a time
 */
record Unpacked(String name, long[] shape, int height, Rows.Source source) implements SourceTensor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  Unpacked {
    shape = shape.clone();
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public ElementType type() {
    return ElementType.F32;
  }

  @Override
  public MemorySegment read(Arena arena) {
    long bytes = ElementType.F32.bytes(elements());
    try (Arena parts = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(bytes, Float.BYTES);
      Rows rows = source.open(parts);
      float[] some =
          new float[Math.multiplyExact(height, Math.toIntExact(shape[shape.length - 1]))];
      for (long at = 0, row = 0; at < bytes; row += height) {
        rows.make(row, some);
        MemorySegment.copy(some, 0, values, FLOAT, at, some.length);
        at += (long) some.length * Float.BYTES;
      }
      return values;
    } catch (InternalError e) {
      throw new SourceException(
          "tensor %s: its file was cut short or its disk failed while it was read".formatted(name),
          e);
    } catch (OutOfMemoryError | ArithmeticException e) {
      throw new SourceException(
          "tensor %s takes %,d bytes unpacked, and there is no memory for them"
              .formatted(name, bytes),
          e);
    }
  }
}
