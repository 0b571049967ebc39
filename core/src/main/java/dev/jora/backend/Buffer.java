package dev.jora.backend;

/** Activations float32[rows, cols], row-major and dense, in the memory of a backend. */
public interface Buffer {
  /** The most rows it can hold. */
  int rows();

  /** Values per row. */
  int cols();
}
