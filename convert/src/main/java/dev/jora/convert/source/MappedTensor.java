package dev.jora.convert.source;

import static dev.jora.convert.source.SourceFile.INT;
import static dev.jora.convert.source.SourceFile.LONG;
import static dev.jora.convert.source.SourceFile.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A tensor of a mapped file: elements at any steps within a storage.
 *
 * @param strides steps along each extent, in elements
 * @param storage the bytes that it is a view of; all its elements lie within
 * @param offset of its first element, in elements
 * @param swapped the storage is big-endian
 */
record MappedTensor(
    SourceFile file,
    String name,
    ElementType type,
    long[] shape,
    long[] strides,
    MemorySegment storage,
    long offset,
    boolean swapped)
    implements SourceTensor {

  /** A tensor whose elements lie row-major one after the other. */
  static MappedTensor dense(
      SourceFile file, String name, ElementType type, long[] shape, MemorySegment storage) {
    return new MappedTensor(file, name, type, shape, rowMajor(shape), storage, 0, false);
  }

  private static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, shape[i]);
    }
    return strides;
  }

  @Override
  public MemorySegment read(Arena arena) {
    int size = (int) type.bytes(1);
    long bytes = type.bytes(elements());
    if (bytes == 0) {
      return MemorySegment.NULL;
    }
    try {
      if (!dense() || swapped && size > 1) {
        MemorySegment out = arena.allocate(bytes, size);
        gather(out, size);
        return out;
      }
      MemorySegment there = storage.asSlice(offset * size, bytes);
      return there.address() % size == 0 ? there : arena.allocate(bytes, size).copyFrom(there);
    } catch (InternalError e) {
      throw file.unreadable(e);
    } catch (OutOfMemoryError e) {
      throw file.fault("tensor %s needs %,d bytes of memory, more than there is", name, bytes);
    }
  }

  private boolean dense() {
    long[] dense = rowMajor(shape);
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != 1 && strides[i] != dense[i]) {
        return false;
      }
    }
    return true;
  }

  /** Copies row by row, where a row is the innermost extent. */
  private void gather(MemorySegment out, int size) {
    int inner = shape.length - 1;
    long columns = inner < 0 ? 1 : shape[inner];
    long step = inner < 0 ? 0 : strides[inner];
    long[] at = new long[Math.max(0, inner)];
    long from = offset;
    long n = elements();
    for (long to = 0; to < n; to += columns) {
      row(out, to, columns, from, step, size);
      for (int i = inner - 1; i >= 0; i--) {
        from += strides[i];
        if (++at[i] < shape[i]) {
          break;
        }
        from -= at[i] * strides[i];
        at[i] = 0;
      }
    }
  }

  private void row(MemorySegment out, long to, long n, long from, long step, int size) {
    for (long i = 0; i < n; i++) {
      long source = (from + i * step) * size;
      long target = (to + i) * size;
      switch (size) {
        case 1 ->
            out.set(ValueLayout.JAVA_BYTE, target, storage.get(ValueLayout.JAVA_BYTE, source));
        case 2 -> {
          short bits = storage.get(SHORT, source);
          out.set(SHORT, target, swapped ? Short.reverseBytes(bits) : bits);
        }
        case 4 -> {
          int bits = storage.get(INT, source);
          out.set(INT, target, swapped ? Integer.reverseBytes(bits) : bits);
        }
        default -> {
          long bits = storage.get(LONG, source);
          out.set(LONG, target, swapped ? Long.reverseBytes(bits) : bits);
        }
      }
    }
  }
}
