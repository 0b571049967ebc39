package dev.jora.backend.cuda;

import dev.jora.backend.Adapter;
import dev.jora.backend.Weight;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * A tensor on a device: a matrix, or a stack of them, in {@linkplain Planes planes}; or float32.
 *
 * @param planes addresses; of float32 the first alone
 * @param grid the values that codes of its type stand for, or 0
 * @param adapters what is added to products with it
 */
record CudaWeight(
    String name, GgmlType type, Shape shape, long[] planes, long grid, List<Adapter> adapters)
    implements Weight {
  /** Without adapters. */
  CudaWeight(String name, GgmlType type, Shape shape, long[] planes, long grid) {
    this(name, type, shape, planes, grid, List.of());
  }

  @Override
  public CudaWeight with(List<Adapter> others) {
    return new CudaWeight(name, type, shape, planes, grid, others);
  }

  static CudaWeight of(Weight weight) {
    return (CudaWeight) weight;
  }

  /** Where floats are; 0 for no weight. */
  static long floats(Weight weight) {
    return weight == null ? 0 : of(weight).planes[0];
  }

  int inputs() {
    return Math.toIntExact(shape.ne0());
  }

  int outputs() {
    return Math.toIntExact(shape.ne1());
  }

  /** True if it is multiplied with rows that are rounded. */
  boolean isQuantized() {
    return switch (type) {
      case F32, F16, BF16 -> false;
      default -> true;
    };
  }

  /** Matrix {@code i} of a stack, without adapters. */
  CudaWeight matrix(int i) {
    long blocks = shape.ne0() / type.blockSize() * shape.ne1() * i;
    long[] own = planes.clone();
    Planes kinds = Planes.find(type).orElseThrow();
    for (int f = 0; f < kinds.fields().size(); f++) {
      own[f] += blocks * kinds.fields().get(f).size();
    }
    return new CudaWeight(name, type, shape, own, grid);
  }

  /** The module of kernels for its type. */
  String module() {
    return module(type);
  }

  static String module(GgmlType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
