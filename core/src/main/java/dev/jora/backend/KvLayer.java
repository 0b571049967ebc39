package dev.jora.backend;

import java.lang.foreign.MemorySegment;

/**
 * Keys and values of one layer of one sequence, in the memory of a backend. Positions are stored in
 * order; a windowed layer forgets those that no later query can see.
 */
public interface KvLayer extends AutoCloseable {
  /** The first position still there. */
  int first();

  /** One past the last position stored. */
  int length();

  /** True if what a query at position {@code length} sees is still there. */
  boolean canTruncate(int length);

  /**
   * Forgets positions from {@code length} on.
   *
   * @throws IllegalArgumentException if {@link #canTruncate} says no
   */
  void truncate(int length);

  /**
   * True if after {@link #shift} the next query would still find what it sees: a windowed layer may
   * have forgotten some of the positions that were to be kept.
   */
  boolean canShift(int keep, int discard);

  /**
   * Forgets positions [keep, keep + discard) and moves later ones up to their place, turning their
   * keys back by so many positions. A copy made by {@link #fork} stays as it is.
   *
   * @param rope how keys are turned; null where they are not
   * @throws IllegalArgumentException if {@link #canShift} says no
   */
  void shift(int keep, int discard, Rope rope);

  /** A copy that grows on its own; whole pages are shared. */
  KvLayer fork();

  /**
   * Copies positions [first, length) out: for every head its keys, then for every head its values,
   * rows in their types. {@link KvSpec#bytesPerPosition} bytes a position.
   */
  void save(MemorySegment out);

  /** Takes positions [first, length) as {@link #save} wrote them, in place of all it held. */
  void load(int first, int length, MemorySegment in);

  /** Bytes held, shared pages included. */
  long bytes();

  @Override
  void close();
}
