package dev.jora.backend.cpu;

import dev.jora.kernel.Kernels;
import dev.jora.kernel.MatrixKernel;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The weights of a backend, each held once for all rooms that use it. Matrices stay where their
 * file is mapped; vectors are copied as float32, into a shelf for each room that brought some,
 * which goes when no room uses any of it.
 */
final class CpuWeights {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Kernels kernels;
  private final CpuMemory memory;
  private final Map<Tensor, Held> held = new IdentityHashMap<>();
  private final Map<Tensor, Held> floats = new IdentityHashMap<>();
  private final Map<Tensor, Held> turned = new IdentityHashMap<>();

  /** What one room brought. */
  static final class Shelf {
    private final CpuMemory.Region vectors;
    private int users;

    private Shelf(CpuMemory.Region vectors) {
      this.vectors = vectors;
    }
  }

  /** A weight and where it stands. */
  record Held(CpuWeight weight, Shelf shelf) {}

  CpuWeights(Kernels kernels, CpuMemory memory) {
    this.kernels = kernels;
    this.memory = memory;
  }

  /** A shelf for what a room is the first to bring; {@link #use} and {@link #leave} count users. */
  Shelf open() {
    return new Shelf(memory.open());
  }

  /** A weight that is there, or is put on {@code shelf}: a vector as floats. */
  synchronized Held upload(Tensor tensor, Shelf shelf) {
    if (tensor.shape().dims() == 1) {
      return uploadFloats(tensor, shelf);
    }
    if (!kernels.supports(tensor.type())) {
      throw new IllegalArgumentException(
          "tensor " + tensor.name() + ": no " + kernels.name() + " kernel for " + tensor.type());
    }
    return held.computeIfAbsent(
        tensor,
        t -> {
          MatrixKernel kernel = kernels.matrix(t.type(), Math.toIntExact(t.shape().ne0()));
          return new Held(new CpuWeight(t.name(), t.type(), t.shape(), t.data(), kernel), shelf);
        });
  }

  /** Likewise, as floats whatever its shape. */
  synchronized Held uploadFloats(Tensor tensor, Shelf shelf) {
    return floats.computeIfAbsent(
        tensor,
        t ->
            new Held(
                new CpuWeight(t.name(), GgmlType.F32, t.shape(), copy(t, shelf), null), shelf));
  }

  /** Likewise, with rows for columns. */
  synchronized Held uploadTurned(Tensor tensor, Shelf shelf) {
    return turned.computeIfAbsent(
        tensor,
        t -> {
          Shape shape = Shape.of(t.shape().ne1(), t.shape().ne0());
          MemorySegment data = copy(TensorValues.turned(t), shelf);
          return new Held(new CpuWeight(t.name(), GgmlType.F32, shape, data, null), shelf);
        });
  }

  synchronized void use(Shelf shelf) {
    shelf.users++;
  }

  /** Clears the shelves that nobody else uses. */
  synchronized void leave(Collection<Shelf> shelves) {
    for (Shelf shelf : shelves) {
      if (--shelf.users == 0) {
        held.values().removeIf(h -> h.shelf() == shelf);
        floats.values().removeIf(h -> h.shelf() == shelf);
        turned.values().removeIf(h -> h.shelf() == shelf);
        shelf.vectors.close();
      }
    }
  }

  private static MemorySegment copy(float[] values, Shelf shelf) {
    MemorySegment data = shelf.vectors.allocate(4L * values.length);
    MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
    return data;
  }

  private static MemorySegment copy(Tensor tensor, Shelf shelf) {
    if (tensor.type() != GgmlType.F32) {
      return copy(TensorValues.of(tensor), shelf);
    }
    // Most are; a copy is quick before any code is compiled.
    long bytes = 4 * tensor.shape().elements();
    MemorySegment data = shelf.vectors.allocate(bytes);
    MemorySegment.copy(tensor.data(), 0, data, 0, bytes);
    return data;
  }
}
