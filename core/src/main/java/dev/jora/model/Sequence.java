package dev.jora.model;

import dev.jora.backend.KvLayer;
import java.util.Arrays;
import java.util.List;

/**
 * One stream of tokens and what the model remembers of it: a KV cache per layer. Made by {@link
 * Decoder#newSequence}, extended by {@link Decoder#forward}; not for several threads at once.
 */
public final class Sequence implements AutoCloseable {
  private final int capacity;
  private final List<KvLayer> layers;
  private int[] tokens = new int[64];
  private int length;

  Sequence(int capacity, List<KvLayer> layers) {
    this.capacity = capacity;
    this.layers = layers;
  }

  /** Tokens the model has read. */
  public int length() {
    return length;
  }

  /** The most tokens it can hold: the context size. */
  public int capacity() {
    return capacity;
  }

  /** A copy of the tokens the model has read. */
  public int[] tokens() {
    return Arrays.copyOf(tokens, length);
  }

  /**
   * Forgets tokens from {@code newLength} on. Windowed layers may no longer hold what an earlier
   * position sees; then everything is forgotten.
   *
   * @return the length now: {@code newLength} or 0
   */
  public int truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "cannot cut a sequence of " + length + " tokens at " + newLength);
    }
    boolean held = layers.stream().allMatch(layer -> layer.canTruncate(newLength));
    length = held ? newLength : 0;
    layers.forEach(layer -> layer.truncate(length));
    return length;
  }

  /** A copy that goes its own way from here. */
  public Sequence fork() {
    Sequence copy = new Sequence(capacity, layers.stream().map(KvLayer::fork).toList());
    copy.tokens = tokens.clone();
    copy.length = length;
    return copy;
  }

  /** Bytes of KV cache in use. */
  public long bytes() {
    return layers.stream().mapToLong(KvLayer::bytes).sum();
  }

  KvLayer layer(int il) {
    return layers.get(il);
  }

  void append(int[] ids, int from, int count) {
    if (length + count > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(length + count, 2 * tokens.length));
    }
    System.arraycopy(ids, from, tokens, length, count);
    length += count;
  }

  @Override
  public void close() {
    layers.forEach(KvLayer::close);
    length = 0;
  }
}
