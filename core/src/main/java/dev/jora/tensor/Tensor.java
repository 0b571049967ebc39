package dev.jora.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A named matrix of weights: {@code shape.rows()} rows of {@code shape.ne0()} values, each row a
 * run of blocks of {@code type}, little-endian, without gaps.
 *
 * @param data exactly {@link #bytes} long, usually a slice of the mapped file
 */
public record Tensor(String name, GgmlType type, Shape shape, MemorySegment data) {
  /** Checks that the data are as long as type and shape say. */
  public Tensor {
    long bytes = Math.multiplyExact(type.rowBytes(shape.ne0()), shape.rows());
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "tensor " + name + ": " + bytes + " bytes expected, found " + data.byteSize());
    }
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return type.rowBytes(shape.ne0());
  }

  /** Bytes of the whole tensor. */
  public long bytes() {
    return data.byteSize();
  }
}
