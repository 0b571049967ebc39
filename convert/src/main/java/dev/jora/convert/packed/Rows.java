package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;

/** Makes the rows of a matrix, some at a time. */
@FunctionalInterface
interface Rows {
  /**
   * Makes rows.
   *
   * @param first number of the first of them
   * @param to where they go, one after the other: as many as are made at a time
   */
  void make(long first, float[] to);

  /** Opens what rows are made of. */
  @FunctionalInterface
  interface Source {
    /**
     * Reads the parts.
     *
     * @param arena for the time in which rows are made
     * @throws dev.jora.convert.source.SourceException if their contents make no sense
     */
    Rows open(Arena arena);
  }

  /** The tensor of these rows. */
  static SourceTensor tensor(String name, long[] shape, int height, Source source) {
    return new Unpacked(name, shape, height, source);
  }
}
