package dev.jora.backend;

import java.lang.foreign.MemorySegment;

/**
 * What a text has left behind on a backend: in each of some layers keys and values of its
 * positions, or a recurrent state. A windowed layer forgets positions that no later token can see,
 * and a recurrent one all but the last.
 */
public interface SequenceState extends AutoCloseable {
  /** Tokens of the text. */
  int length();

  /** True if what a token at position {@code length} needs is still there. */
  boolean canTruncate(int length);

  /**
   * Forgets positions from {@code length} on, and what a pass that was not ended has added.
   *
   * @throws IllegalArgumentException if {@link #canTruncate} says no
   */
  void truncate(int length);

  /**
   * True if after {@link #shift} the next token would still find what it needs: a windowed layer
   * may have forgotten some of the positions that were to be kept, and a recurrent one cannot tell
   * them apart.
   */
  boolean canShift(int keep, int discard);

  /**
   * Forgets positions [keep, keep + discard) and moves later ones up to their place, turning their
   * keys back by so many positions. A copy made by {@link #fork} stays as it is.
   *
   * @throws IllegalArgumentException if {@link #canShift} says no
   */
  void shift(int keep, int discard);

  /** A copy that goes its own way; memory is shared until one of them writes to it. */
  SequenceState fork();

  /** The first position that a layer still holds. */
  int first(int layer);

  /**
   * Copies what a layer holds: of a cache positions [first, length), for every head its keys, then
   * for every head its values, rows in their types; of a recurrent layer the convolution's inputs
   * [taps − 1, channels], then its cells. {@link StateSpec#savedBytes} bytes.
   */
  void save(int layer, MemorySegment out);

  /**
   * Takes what {@link #save} wrote, in place of all that a layer held. Every layer must be loaded,
   * with the same length.
   */
  void load(int layer, int first, int length, MemorySegment in);

  /** Bytes held, shared ones included. */
  long bytes();

  @Override
  void close();
}
