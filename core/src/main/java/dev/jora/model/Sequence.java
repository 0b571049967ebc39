package dev.jora.model;

import dev.jora.backend.KvLayer;
import dev.jora.backend.Rope;
import java.util.Arrays;
import java.util.List;

/**
 * One stream of tokens and what the model remembers of it: a KV cache per layer. Made by {@link
 * Decoder#newSequence}, extended by {@link Decoder#forward}; not for several threads at once.
 */
public final class Sequence implements AutoCloseable {
  private final int capacity;
  private final List<Rope> ropes;
  private final boolean learnedPositions;
  private List<KvLayer> layers;
  private int[] tokens = new int[64];
  private int length;

  /**
   * An empty sequence.
   *
   * @param ropes of every layer, null for those whose keys are not turned
   * @param learnedPositions positions enter with the embeddings, so what is cached stays in place
   */
  Sequence(int capacity, List<KvLayer> layers, List<Rope> ropes, boolean learnedPositions) {
    this.capacity = capacity;
    this.layers = layers;
    this.ropes = ropes;
    this.learnedPositions = learnedPositions;
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

  /** How many of the first tokens of a text are the first tokens here. */
  public int common(int[] text) {
    int first = Arrays.mismatch(tokens, 0, length, text, 0, text.length);
    return first < 0 ? length : first;
  }

  /** True if {@link #truncate} to this length leaves more than nothing. */
  public boolean canTruncate(int newLength) {
    return layers.stream().allMatch(layer -> layer.canTruncate(newLength));
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
    length = canTruncate(newLength) ? newLength : 0;
    layers.forEach(layer -> layer.truncate(length));
    return length;
  }

  /**
   * True if {@link #shift} can be: not where positions are learned embeddings, and not where a
   * windowed layer has forgotten kept tokens that the next one would see.
   */
  public boolean canShift(int keep, int discard) {
    return !learnedPositions && layers.stream().allMatch(layer -> layer.canShift(keep, discard));
  }

  /**
   * Forgets tokens [keep, keep + discard) and moves later ones up to their place, as if they had
   * been read there: keys are turned to their new positions. What the tokens had seen of the
   * forgotten ones stays in their values. Forks stay as they are.
   *
   * @throws IllegalArgumentException if {@link #canShift} says no
   */
  public void shift(int keep, int discard) {
    if (!canShift(keep, discard)) {
      throw new IllegalArgumentException(
          "cannot discard " + discard + " of " + length + " tokens behind " + keep);
    }
    for (int il = 0; il < layers.size(); il++) {
      layers.get(il).shift(keep, discard, ropes.get(il));
    }
    System.arraycopy(tokens, keep + discard, tokens, keep, length - keep - discard);
    length -= discard;
  }

  /** Becomes what another sequence of the same decoder is, sharing its pages. */
  public void restore(Sequence other) {
    List<KvLayer> copies = other.layers.stream().map(KvLayer::fork).toList();
    layers.forEach(KvLayer::close);
    layers = copies;
    tokens = other.tokens.clone();
    length = other.length;
  }

  /** A copy that goes its own way from here. */
  public Sequence fork() {
    List<KvLayer> copies = layers.stream().map(KvLayer::fork).toList();
    Sequence copy = new Sequence(capacity, copies, ropes, learnedPositions);
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
