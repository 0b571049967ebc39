package dev.jora.backend.cuda;

import dev.jora.backend.KvSpec;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Room;
import dev.jora.backend.SequenceState;
import dev.jora.backend.StateSpec;
import dev.jora.backend.state.LayerState;
import dev.jora.backend.state.States;
import dev.jora.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A room of a device's memory. */
final class CudaRoom implements Room {
  private final CudaDevice device;
  private final CudaWeights weights;
  private final Runnable settle;
  private final List<CudaWeights.Held> held = new ArrayList<>();
  private final List<CudaBuffer> buffers = new ArrayList<>();
  private final List<MemorySegment> host = new ArrayList<>();
  private final States states = new States();

  /**
   * An empty room.
   *
   * @param settle gives the device all that still waits to be done, and forgets what passes have
   *     kept of a model, before the room is closed
   */
  CudaRoom(CudaDevice device, CudaWeights weights, Runnable settle) {
    this.device = device;
    this.weights = weights;
    this.settle = settle;
  }

  @Override
  public CudaWeight upload(Tensor tensor) {
    return keep(weights.use(tensor));
  }

  @Override
  public CudaWeight uploadFloats(Tensor tensor) {
    return keep(weights.useFloats(tensor));
  }

  @Override
  public CudaWeight uploadTurned(Tensor tensor) {
    return keep(weights.useTurned(tensor));
  }

  private CudaWeight keep(CudaWeights.Held found) {
    held.add(found);
    return found.weight();
  }

  @Override
  public CudaBuffer allocate(int rows, int cols) {
    CudaBuffer buffer = new CudaBuffer(device.allocate(4L * rows * cols), rows, cols, cols);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    MemorySegment memory = device.allocateHost(bytes);
    host.add(memory);
    return memory;
  }

  @Override
  public SequenceState newState(List<StateSpec> layers) {
    weights.settle(); // all that this room will use is there
    return states.newState(layers.stream().map(this::layer).toList());
  }

  private LayerState layer(StateSpec spec) {
    return switch (spec) {
      case KvSpec kv -> new CudaPages(kv, device);
      case RecurrentSpec recurrent -> new CudaRecurrent(recurrent, device);
    };
  }

  @Override
  public void close() {
    try {
      device.giveBack(settle); // what waits may be of another room
    } finally {
      free();
    }
  }

  private void free() {
    device.move();
    weights.settle(); // where it did not come to be used
    states.close();
    buffers.forEach(buffer -> device.free(buffer.address(), 4L * buffer.rows() * buffer.cols()));
    buffers.clear();
    host.forEach(device::freeHost);
    host.clear();
    weights.leave(held);
    held.clear();
  }
}
