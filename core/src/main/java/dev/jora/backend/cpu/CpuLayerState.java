package dev.jora.backend.cpu;

import java.lang.foreign.MemorySegment;

/** What one layer keeps of a text; {@link dev.jora.backend.SequenceState} says what is meant. */
sealed interface CpuLayerState permits CpuKvLayer, CpuRecurrent {
  int first();

  /** Tokens whose pass has ended. */
  boolean canTruncate(int length);

  void truncate(int length);

  boolean canShift(int keep, int discard);

  void shift(int keep, int discard);

  CpuLayerState fork();

  void save(MemorySegment out);

  void load(int first, int length, MemorySegment in);

  /** A pass has ended: what it has added stays, what no later token sees goes. */
  void commit();

  long bytes();

  void close();
}
