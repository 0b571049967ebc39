package dev.jora.backend;

/** Activations float32[rows, cols] in the memory of a backend, or a view of some of them. */
public interface Buffer {
  /** The most rows it can hold. */
  int rows();

  /** Values per row. */
  int cols();

  /** Columns [from, from + count) of these, where they are: a part of a fused product's output. */
  Buffer columns(int from, int count);

  /** Rows [from, from + count) of these, where they are. */
  Buffer rows(int from, int count);
}
