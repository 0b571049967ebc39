package dev.jora.backend;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A room that only takes notes: what is wired to it takes so much memory. Its handles have numbers
 * and nothing behind them.
 */
public final class PlannedRoom implements Room {
  private record PlannedWeight(String name, GgmlType type, Shape shape) implements Weight {}

  private record PlannedBuffer(int rows, int cols) implements Buffer {
    @Override
    public Buffer columns(int from, int count) {
      return new PlannedBuffer(rows, count);
    }

    @Override
    public Buffer rows(int from, int count) {
      return new PlannedBuffer(count, cols);
    }
  }

  private final Map<Tensor, Long> weights = new IdentityHashMap<>();
  private long buffers;

  /** Bytes of weights, each counted once. */
  public long weights() {
    return weights.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Bytes of activations. */
  public long buffers() {
    return buffers;
  }

  @Override
  public Weight upload(Tensor tensor) {
    weights.put(tensor, tensor.bytes());
    return new PlannedWeight(tensor.name(), tensor.type(), tensor.shape());
  }

  @Override
  public Weight uploadFloats(Tensor tensor) {
    return upload(tensor);
  }

  @Override
  public Weight uploadTurned(Tensor tensor) {
    return upload(tensor);
  }

  @Override
  public Buffer allocate(int rows, int cols) {
    buffers += 4L * rows * cols;
    return new PlannedBuffer(rows, cols);
  }

  @Override
  public SequenceState newState(List<StateSpec> layers) {
    throw new UnsupportedOperationException("a plan has no texts");
  }

  @Override
  public void close() {}
}
