package dev.jora.gguf;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;

/**
 * A row of the tensor table.
 *
 * @param offset bytes from the start of the data section
 */
public record TensorInfo(String name, GgmlType type, Shape shape, long offset) {
  /** Bytes of data. */
  public long bytes() {
    return Math.multiplyExact(type.rowBytes(shape.ne0()), shape.rows());
  }
}
