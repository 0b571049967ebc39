package dev.jora.backend.cpu;

import dev.jora.backend.KvSpec;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Room;
import dev.jora.backend.SequenceState;
import dev.jora.backend.StateSpec;
import dev.jora.backend.state.LayerState;
import dev.jora.backend.state.States;
import dev.jora.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A room of the CPU's memory. */
final class CpuRoom implements Room {
  private final CpuBackend backend;
  private final CpuMemory.Region buffers;
  private final CpuWeights.Shelf own;
  private final Set<CpuWeights.Shelf> shelves = new HashSet<>();
  private final States states = new States();
  private boolean closed;

  CpuRoom(CpuBackend backend) {
    this.backend = backend;
    this.buffers = backend.held().open();
    this.own = backend.weights().open();
    use(own);
  }

  private void use(CpuWeights.Shelf shelf) {
    if (shelves.add(shelf)) {
      backend.weights().use(shelf);
    }
  }

  @Override
  public CpuWeight upload(Tensor tensor) {
    return held(backend.weights().upload(tensor, own));
  }

  @Override
  public CpuWeight uploadFloats(Tensor tensor) {
    return held(backend.weights().uploadFloats(tensor, own));
  }

  @Override
  public CpuWeight uploadTurned(Tensor tensor) {
    return held(backend.weights().uploadTurned(tensor, own));
  }

  private CpuWeight held(CpuWeights.Held held) {
    use(held.shelf());
    return held.weight();
  }

  @Override
  public CpuBuffer allocate(int rows, int cols) {
    return new CpuBuffer(buffers.allocate(4L * rows * cols), rows, cols);
  }

  @Override
  public SequenceState newState(List<StateSpec> layers) {
    return states.newState(layers.stream().map(this::layer).toList());
  }

  private LayerState layer(StateSpec spec) {
    return switch (spec) {
      case KvSpec kv -> new CpuKvLayer(kv, backend.kernels(), backend.held());
      case RecurrentSpec recurrent -> new CpuRecurrent(recurrent, backend.held());
    };
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    states.close();
    buffers.close();
    backend.weights().leave(shelves);
  }
}
