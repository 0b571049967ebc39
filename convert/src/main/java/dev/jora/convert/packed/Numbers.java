package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The elements of a small tensor, one by one. */
final class Numbers {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Indices of inputs, of which no row has so many. */
  private static final long MOST = 1 << 28;

  private final MemorySegment floats;

  /** Elements of a tensor of any type. */
  Numbers(SourceTensor tensor, Arena arena) {
    this.floats = Values.floats(tensor, arena);
  }

  /** An element, rounded to a float if it has more digits. */
  float get(long i) {
    return floats.get(FLOAT, i * Float.BYTES);
  }

  /** The only element of a tensor, read at once. */
  static float value(SourceTensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return new Numbers(tensor, arena).get(0);
    }
  }

  /** All elements of a tensor of whole numbers, read at once. */
  static int[] wholes(SourceTensor tensor) {
    if (tensor.elements() > MOST) {
      throw new SourceException(
          "tensor %s: expected less than %,d elements, found %,d; download the file again"
              .formatted(tensor.name(), MOST, tensor.elements()));
    }
    try (Arena arena = Arena.ofConfined()) {
      return Values.ints(tensor, arena).toArray(Packing.WORD);
    }
  }

  /** What the 256 codes of a type of one byte stand for. */
  static float[] codes(ElementType type) {
    try (Arena arena = Arena.ofConfined()) {
      return Values.floats(new Codes(type), arena).toArray(FLOAT);
    }
  }

  private record Codes(ElementType type) implements SourceTensor {
    @Override
    public String name() {
      return "codes of " + type;
    }

    @Override
    public long[] shape() {
      return new long[] {256};
    }

    @Override
    public MemorySegment read(Arena arena) {
      MemorySegment codes = arena.allocate(256);
      for (int code = 0; code < 256; code++) {
        codes.set(ValueLayout.JAVA_BYTE, code, (byte) code);
      }
      return codes;
    }
  }
}
