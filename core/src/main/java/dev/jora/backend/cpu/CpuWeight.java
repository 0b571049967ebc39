package dev.jora.backend.cpu;

import dev.jora.backend.Weight;
import dev.jora.kernel.MatrixKernel;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * A tensor where the file is mapped, or a vector as float32.
 *
 * @param kernel what multiplies it, the same for all views and experts; null for a vector
 */
record CpuWeight(String name, GgmlType type, Shape shape, MemorySegment data, MatrixKernel kernel)
    implements Weight {
  /** Inputs: the length of a row. */
  int inputs() {
    return Math.toIntExact(shape.ne0());
  }

  /** Outputs: rows of a matrix. */
  int outputs() {
    return Math.toIntExact(shape.ne1());
  }

  /** Matrix {@code i} of a stack. */
  CpuWeight matrix(int i) {
    long bytes = type.rowBytes(shape.ne0()) * shape.ne1();
    return new CpuWeight(name, type, shape, data.asSlice(i * bytes, bytes), kernel);
  }

  /** Row {@code i} of a matrix of floats, as a vector. */
  CpuWeight row(int i) {
    long bytes = type.rowBytes(shape.ne0());
    return new CpuWeight(name, type, Shape.of(shape.ne0()), data.asSlice(i * bytes, bytes), null);
  }

  static CpuWeight of(Weight weight) {
    return (CpuWeight) weight;
  }

  /** The floats of a vector, or null for no vector. */
  static MemorySegment vector(Weight weight) {
    return weight == null ? null : of(weight).data;
  }
}
