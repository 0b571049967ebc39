package dev.jora.backend;

import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Memory on a backend that belongs to one user: what is made here is freed when the room is closed.
 * Weights are held once for all rooms of a backend, and go with the last that uses them.
 */
public interface Room extends AutoCloseable {
  /**
   * Takes a tensor of the file. Vectors are held as float32; a CPU keeps matrices where they are
   * mapped.
   *
   * @throws IllegalArgumentException if the backend cannot compute with the type
   */
  Weight upload(Tensor tensor);

  /** Takes a tensor as float32, whatever its shape: biases of experts, rates of scans. */
  Weight uploadFloats(Tensor tensor);

  /** Takes a matrix as float32 with rows for columns: the kernels of convolutions, tap by tap. */
  Weight uploadTurned(Tensor tensor);

  /** Activations float32[rows, cols]. */
  Buffer allocate(int rows, int cols);

  /** Memory of the host that rows are read to without a detour. */
  default MemorySegment allocateHost(long bytes) {
    return Arena.ofAuto().allocate(bytes, Float.BYTES);
  }

  /** What a text that nobody has read yet leaves in some layers: nothing. */
  SequenceState newState(List<StateSpec> layers);

  /** Frees all that was made here. */
  @Override
  void close();
}
