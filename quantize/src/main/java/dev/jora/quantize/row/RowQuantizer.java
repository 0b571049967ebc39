package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * Turns rows of floats into blocks of one type, with the bytes that llama.cpp would write. It has
 * no state: any number of threads may use one.
 */
public interface RowQuantizer {
  /** The type this writes. */
  GgmlType type();

  /** What an importance matrix is to this type. */
  Importance importance();

  /**
   * Quantizes rows of n values that lie one behind the other.
   *
   * @param x values, from {@code from} on, rows · n of them, finite
   * @param n a multiple of {@link GgmlType#blockSize}
   * @param importance of each column, n values that all rows share; or null
   * @param out rows · {@link GgmlType#rowBytes} bytes, from {@code at} on, all of which are written
   * @throws IllegalArgumentException if importance is null and {@link Importance#REQUIRED}
   */
  void quantize(
      float[] x, int from, int rows, int n, float[] importance, MemorySegment out, long at);
}
