package dev.jora.backend;

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

  /** A copy that grows on its own; whole pages are shared. */
  KvLayer fork();

  /** Bytes held, shared pages included. */
  long bytes();

  @Override
  void close();
}
