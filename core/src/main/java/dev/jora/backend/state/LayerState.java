package dev.jora.backend.state;

import java.lang.foreign.MemorySegment;

/** What one layer keeps of a text; {@link dev.jora.backend.SequenceState} says what is meant. */
public interface LayerState {
  /** The first position that is held. */
  int first();

  /** Of tokens whose pass has ended. */
  boolean canTruncate(int length);

  /** Forgets positions from {@code length} on. */
  void truncate(int length);

  /** True if {@link #shift} can be. */
  boolean canShift(int keep, int discard);

  /** Forgets [keep, keep + discard), and moves what is behind. */
  void shift(int keep, int discard);

  /** A copy that goes its own way. */
  LayerState fork();

  /** Copies what is held. */
  void save(MemorySegment out);

  /** Takes what was saved. */
  void load(int first, int length, MemorySegment in);

  /** A pass has ended: what it has added stays, what no later token sees goes. */
  void commit();

  /** Bytes of memory. */
  long bytes();

  /** Frees it. */
  void close();
}
