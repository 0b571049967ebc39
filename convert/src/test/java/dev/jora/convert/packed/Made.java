package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A checkpoint that a test has made, in memory. */
final class Made implements Weights {
  private final SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();
  private boolean closed;

  private record Tensor(String name, ElementType type, long[] shape, byte[] bytes)
      implements SourceTensor {
    @Override
    public MemorySegment read(Arena arena) {
      return MemorySegment.ofArray(bytes).asReadOnly();
    }
  }

  static long[] shape(long... extents) {
    return extents;
  }

  Made bytes(String name, ElementType type, long[] shape, byte... bytes) {
    tensors.put(name, new Tensor(name, type, shape, bytes));
    return this;
  }

  Made text(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes(name, ElementType.U8, shape(bytes.length), bytes);
  }

  Made ints(String name, long[] shape, int... values) {
    ByteBuffer bytes = buffer(4 * values.length);
    bytes.asIntBuffer().put(values);
    return bytes(name, ElementType.I32, shape, bytes.array());
  }

  Made longs(String name, long[] shape, long... values) {
    ByteBuffer bytes = buffer(8 * values.length);
    bytes.asLongBuffer().put(values);
    return bytes(name, ElementType.I64, shape, bytes.array());
  }

  Made shorts(String name, long[] shape, int... values) {
    ByteBuffer bytes = buffer(2 * values.length);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes(name, ElementType.I16, shape, bytes.array());
  }

  Made floats(String name, long[] shape, float... values) {
    ByteBuffer bytes = buffer(4 * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes(name, ElementType.F32, shape, bytes.array());
  }

  /** Values are rounded to halves. */
  Made halves(String name, long[] shape, float... values) {
    ByteBuffer bytes = buffer(2 * values.length);
    for (float value : values) {
      bytes.putShort(Float.floatToFloat16(value));
    }
    return bytes(name, ElementType.F16, shape, bytes.array());
  }

  Made without(String name) {
    Made copy = copy();
    copy.tensors.remove(name);
    return copy;
  }

  /** The same, but this tensor says another type and shape of itself; its bytes are zeros. */
  Made with(String name, ElementType type, long[] shape) {
    Made copy = copy();
    long n = 1;
    for (long extent : shape) {
      n *= extent;
    }
    copy.tensors.replace(
        name, new Tensor(name, type, shape, new byte[Math.toIntExact(type.bytes(n))]));
    return copy;
  }

  Made copy() {
    Made copy = new Made();
    copy.tensors.putAll(tensors);
    return copy;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public SequencedMap<String, SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
