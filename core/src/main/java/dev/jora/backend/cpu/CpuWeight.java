package dev.jora.backend.cpu;

import dev.jora.backend.Adapter;
import dev.jora.backend.Weight;
import dev.jora.kernel.MatrixKernel;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor where the file is mapped, or a vector as float32.
 *
 * @param kernel what multiplies it, the same for all views and experts; null for a vector
 * @param adapters what is added to products with it
 */
record CpuWeight(
    String name,
    GgmlType type,
    Shape shape,
    MemorySegment data,
    MatrixKernel kernel,
    List<Adapter> adapters)
    implements Weight {
  /** Without adapters. */
  CpuWeight(String name, GgmlType type, Shape shape, MemorySegment data, MatrixKernel kernel) {
    this(name, type, shape, data, kernel, List.of());
  }

  @Override
  public CpuWeight with(List<Adapter> others) {
    return new CpuWeight(name, type, shape, data, kernel, others);
  }

  /** Inputs: the length of a row. */
  int inputs() {
    return Math.toIntExact(shape.ne0());
  }

  /** Outputs: rows of a matrix. */
  int outputs() {
    return Math.toIntExact(shape.ne1());
  }

  /** Matrix {@code i} of a stack, without adapters. */
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
