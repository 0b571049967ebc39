package dev.jora.backend;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A room that only takes notes: what is wired to it takes so much memory. Its handles have numbers
 * and nothing behind them.
 */
public final class PlannedRoom implements Room {
  private record PlannedWeight(String name, GgmlType type, Shape shape, List<Adapter> adapters)
      implements Weight {
    @Override
    public Weight with(List<Adapter> others) {
      return new PlannedWeight(name, type, shape, others);
    }
  }

  /** Activations float32[rows, cols]. */
  public record PlannedBuffer(int rows, int cols) implements Buffer {
    /** Bytes that they take. */
    public long bytes() {
      return 4L * rows * cols;
    }

    @Override
    public Buffer columns(int from, int count) {
      return new PlannedBuffer(rows, count);
    }

    @Override
    public Buffer rows(int from, int count) {
      return new PlannedBuffer(count, cols);
    }
  }

  /**
   * A tensor that was taken.
   *
   * @param form as the file has it, or as floats
   */
  public record Taken(Tensor tensor, Form form) {
    /** How a tensor is held. */
    public enum Form {
      /** As the file has it; vectors as floats. */
      PLAIN,
      /** As floats whatever its shape. */
      FLOATS
    }
  }

  private final Map<Tensor, Long> weights = new IdentityHashMap<>();
  private final Set<Taken> taken = new LinkedHashSet<>();
  private final List<PlannedBuffer> buffers = new ArrayList<>();

  /** Bytes of weights, each counted once. */
  public long weights() {
    return weights.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Bytes of activations. */
  public long buffers() {
    return buffers.stream().mapToLong(PlannedBuffer::bytes).sum();
  }

  /** All that were allocated. */
  public List<PlannedBuffer> allocated() {
    return buffers;
  }

  /** Each tensor in each of its forms once. */
  public Set<Taken> taken() {
    return taken;
  }

  @Override
  public Weight upload(Tensor tensor) {
    return take(tensor, Taken.Form.PLAIN);
  }

  private Weight take(Tensor tensor, Taken.Form form) {
    weights.put(tensor, tensor.bytes());
    taken.add(new Taken(tensor, form));
    return new PlannedWeight(tensor.name(), tensor.type(), tensor.shape(), List.of());
  }

  @Override
  public Weight uploadFloats(Tensor tensor) {
    return take(tensor, Taken.Form.FLOATS);
  }

  @Override
  public Weight uploadTurned(Tensor tensor) {
    return take(tensor, Taken.Form.FLOATS);
  }

  @Override
  public Buffer allocate(int rows, int cols) {
    PlannedBuffer buffer = new PlannedBuffer(rows, cols);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public SequenceState newState(List<StateSpec> layers) {
    throw new UnsupportedOperationException("a plan has no texts");
  }

  @Override
  public void close() {}
}
