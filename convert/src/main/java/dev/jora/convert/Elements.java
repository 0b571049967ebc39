package dev.jora.convert;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.model.checkpoint.Change;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.IntSummaryStatistics;

/**
 * Elements of a tensor in memory, row-major, the outermost extent first, and what {@link Change}s
 * make of them.
 */
record Elements(String name, ElementType type, long[] shape, MemorySegment data) {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** The same of which only the shape is known. */
  static Elements unread(String name, ElementType type, long[] shape) {
    return new Elements(name, type, shape, MemorySegment.NULL);
  }

  /** What a change makes of the shape. */
  Elements shaped(Change change) {
    return unread(name, type, shapeAfter(change));
  }

  /** What a change makes of it; of what stays as it is no copy is made. */
  Elements with(Change change, Arena arena) {
    return switch (change) {
      case Change.Reshape _, Change.Flatten _ -> new Elements(name, type, shapeAfter(change), data);
      case Change.Take take -> taken(take, arena);
      case Change.Transpose _ -> shape.length < 2 ? this : transposed(arena);
      case Change.Upright upright -> lies(upright) ? transposed(arena) : this;
      case Change.Add add -> mapped(x -> x + add.addend(), arena);
      case Change.Scale scale -> scaled(scale.factors(), arena);
      case Change.NegativeExp _ -> mapped(x -> (float) -Math.exp(x), arena);
    };
  }

  private interface FloatMap {
    float of(float x);
  }

  private long count(int from, int to) {
    return Arrays.stream(shape, from, to).reduce(1, Math::multiplyExact);
  }

  private SourceException misfit(String change) {
    return new SourceException(
        "tensor %s: its shape %s cannot be %s".formatted(name, Arrays.toString(shape), change));
  }

  /** The shape that a change leads to, whatever the elements are. */
  private long[] shapeAfter(Change change) {
    long[] to = shape.clone();
    switch (change) {
      case Change.Reshape reshape -> {
        return filled(reshape.shape());
      }
      case Change.Flatten flatten -> {
        return to.length < 2 ? to : filled(new long[] {-1, flatten.taps()});
      }
      case Change.Take take -> {
        int axis = take.axis();
        IntSummaryStatistics slices = Arrays.stream(take.slices()).summaryStatistics();
        if (axis >= to.length
            || slices.getCount() > 0 && (slices.getMin() < 0 || slices.getMax() >= to[axis])) {
          throw new SourceException(
              "tensor %s: expected %d or more along its extent %d, by config.json, found shape %s"
                  .formatted(name, slices.getMax() + 1L, axis, Arrays.toString(shape)));
        }
        to[axis] = take.slices().length;
      }
      case Change.Transpose _ -> swapLast(to);
      case Change.Upright upright -> {
        if (lies(upright)) {
          swapLast(to);
        }
      }
      case Change.Add _, Change.Scale _, Change.NegativeExp _ -> {
        // the same
      }
    }
    return to;
  }

  private static void swapLast(long[] shape) {
    int n = shape.length;
    if (n >= 2) {
      long last = shape[n - 1];
      shape[n - 1] = shape[n - 2];
      shape[n - 2] = last;
    }
  }

  private boolean lies(Change.Upright upright) {
    return shape.length >= 2 && shape[shape.length - 1] == upright.rows();
  }

  private long[] filled(long[] wanted) {
    long all = count(0, shape.length);
    long[] to = wanted.clone();
    long others = Arrays.stream(to).filter(n -> n >= 0).reduce(1, Math::multiplyExact);
    for (int i = 0; i < to.length; i++) {
      if (to[i] < 0) {
        to[i] = others == 0 ? 0 : all / others;
      }
    }
    if (Arrays.stream(to).reduce(1, Math::multiplyExact) != all) {
      throw misfit("brought into " + Arrays.toString(wanted));
    }
    return to;
  }

  private Elements taken(Change.Take take, Arena arena) {
    long[] to = shapeAfter(take);
    int axis = take.axis();
    int[] slices = take.slices();
    long outer = count(0, axis);
    long inner = bytes(count(axis + 1, shape.length));
    if (isRun(slices) && outer == 1) {
      long from = slices.length == 0 ? 0 : slices[0] * inner;
      return new Elements(name, type, to, data.asSlice(from, slices.length * inner));
    }
    MemorySegment out = arena.allocate(outer * slices.length * inner, 64);
    long at = 0;
    for (long o = 0; o < outer; o++) {
      long base = o * shape[axis] * inner;
      for (int slice : slices) {
        MemorySegment.copy(data, base + slice * inner, out, at, inner);
        at += inner;
      }
    }
    return new Elements(name, type, to, out);
  }

  private static boolean isRun(int[] slices) {
    for (int i = 1; i < slices.length; i++) {
      if (slices[i] != slices[0] + i) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of this many elements: whole blocks of types that have any. */
  private long bytes(long elements) {
    int block = type.ggml().map(ggml -> ggml.blockSize()).orElse(1);
    if (elements % block != 0) {
      throw misfit("cut within blocks of " + type);
    }
    return type.bytes(elements);
  }

  private Elements transposed(Arena arena) {
    int n = shape.length;
    long rows = shape[n - 2];
    long columns = shape[n - 1];
    long size = bytes(1);
    long matrix = rows * columns * size;
    MemorySegment out = arena.allocate(data.byteSize(), 64);
    for (long o = 0; o < count(0, n - 2); o++) {
      for (long column = 0; column < columns; column++) {
        long at = o * matrix + column * rows * size;
        for (long row = 0; row < rows; row++) {
          MemorySegment.copy(
              data, o * matrix + (row * columns + column) * size, out, at + row * size, size);
        }
      }
    }
    return new Elements(name, type, shapeAfter(new Change.Transpose()), out);
  }

  private Elements mapped(FloatMap map, Arena arena) {
    if (type != ElementType.F32) {
      throw misfit("computed with: " + type + " are no floats");
    }
    long n = count(0, shape.length);
    MemorySegment out = arena.allocate(4 * n, 64);
    for (long i = 0; i < n; i++) {
      out.set(F32, 4 * i, map.of(data.get(F32, 4 * i)));
    }
    return new Elements(name, type, shape, out);
  }

  private Elements scaled(float[] factors, Arena arena) {
    long row = shape.length == 0 ? 1 : count(1, shape.length);
    if (factors.length > 1 && factors.length != count(0, shape.length) / Math.max(1, row)) {
      throw misfit("scaled by %d factors".formatted(factors.length));
    }
    MemorySegment out = arena.allocate(data.byteSize(), 64);
    for (long i = 0; i < count(0, shape.length); i++) {
      float factor = factors.length == 1 ? factors[0] : factors[(int) (i / row)];
      out.set(F32, 4 * i, data.get(F32, 4 * i) * factor);
    }
    return new Elements(name, type, shape, out);
  }
}
