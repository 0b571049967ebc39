package dev.jora.backend;

import java.lang.foreign.MemorySegment;

/** Activations in native memory; row i starts at 4 · cols · i. */
record CpuBuffer(MemorySegment data, int rows, int cols) implements Buffer {
  /** Byte offset of a row. */
  long row(int i) {
    return 4L * cols * i;
  }

  static CpuBuffer of(Buffer buffer) {
    return (CpuBuffer) buffer;
  }
}
