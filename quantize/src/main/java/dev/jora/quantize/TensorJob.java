package dev.jora.quantize;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;

/**
 * One tensor to be written.
 *
 * @param source name, type, shape and data in the source file
 * @param name in the file that is written; another than the source's where layers were dropped
 * @param type in the file that is written; the source's own means a copy
 * @param importance of each column, ne0 values per matrix, ne2 · ne3 matrices one after the other;
 *     or null
 */
public record TensorJob(Tensor source, String name, GgmlType type, float[] importance) {
  /** True if the bytes stay as they are. */
  public boolean isCopy() {
    return type == source.type();
  }

  /** Bytes in the file that is written. */
  public long bytes() {
    return Math.multiplyExact(type.rowBytes(source.shape().ne0()), source.shape().rows());
  }

  /** Importance values that a tensor takes: ne0 for each of its matrices. */
  public static long importanceValues(Tensor tensor) {
    return tensor.shape().ne0() * tensor.shape().ne2() * tensor.shape().ne3();
  }
}
