package dev.jora.model;

import dev.jora.backend.SequenceState;
import java.util.Arrays;
import java.util.List;

/**
 * One stream of tokens and what the model remembers of it: a state on each backend. Made by {@link
 * Decoder#newSequence}, extended by {@link Decoder#forward}; not for several threads at once.
 */
public final class Sequence implements AutoCloseable {
  private final int capacity;
  private final boolean learnedPositions;
  private final boolean forgets;
  private List<SequenceState> states;
  private List<Float> scales;
  private int[] tokens = new int[64];
  private int length;

  /**
   * An empty sequence.
   *
   * @param learnedPositions positions enter with the embeddings, so what is cached stays in place
   * @param forgets some layer keeps a window or a recurrent state
   * @param scales of the adapters that it is read with
   */
  Sequence(
      int capacity,
      List<SequenceState> states,
      boolean learnedPositions,
      boolean forgets,
      List<Float> scales) {
    this.capacity = capacity;
    this.states = states;
    this.learnedPositions = learnedPositions;
    this.forgets = forgets;
    this.scales = scales;
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

  /** True if it forgets what it has read ({@link Decoder#forgets}). */
  public boolean forgets() {
    return forgets;
  }

  /** True if {@link #truncate} to this length leaves more than nothing. */
  public boolean canTruncate(int newLength) {
    return states.stream().allMatch(state -> state.canTruncate(newLength));
  }

  /**
   * Forgets tokens from {@code newLength} on. Windowed layers may no longer hold what an earlier
   * position sees, and recurrent ones hold the last state only; then everything is forgotten.
   *
   * @return the length now: {@code newLength} or 0
   */
  public int truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "cannot cut a sequence of " + length + " tokens at " + newLength);
    }
    length = canTruncate(newLength) ? newLength : 0;
    states.forEach(state -> state.truncate(length));
    return length;
  }

  /**
   * True if {@link #shift} can be: not where positions are learned embeddings, and not where a
   * windowed layer has forgotten kept tokens that the next one would see, nor in recurrent ones.
   */
  public boolean canShift(int keep, int discard) {
    return !learnedPositions && states.stream().allMatch(state -> state.canShift(keep, discard));
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
    states.forEach(state -> state.shift(keep, discard));
    System.arraycopy(tokens, keep + discard, tokens, keep, length - keep - discard);
    length -= discard;
  }

  /** Becomes what another sequence of the same decoder is, sharing its pages. */
  public void restore(Sequence other) {
    List<SequenceState> copies = other.states.stream().map(SequenceState::fork).toList();
    states.forEach(SequenceState::close);
    states = copies;
    scales = other.scales;
    tokens = other.tokens.clone();
    length = other.length;
  }

  /** A copy that goes its own way from here. */
  public Sequence fork() {
    List<SequenceState> copies = states.stream().map(SequenceState::fork).toList();
    Sequence copy = new Sequence(capacity, copies, learnedPositions, forgets, scales);
    copy.tokens = tokens.clone();
    copy.length = length;
    return copy;
  }

  /** The scales of adapters that it was read with. */
  public List<Float> adapterScales() {
    return scales;
  }

  /** It is to be read on with such scales: only from the beginning, if they are others. */
  void readWith(List<Float> now) {
    if (length > 0 && !scales.equals(now)) {
      throw new IllegalStateException(
          "a text that was read with adapters scaled " + scales + ", not " + now);
    }
    scales = now;
  }

  /** Bytes that are kept of it. */
  public long bytes() {
    return states.stream().mapToLong(SequenceState::bytes).sum();
  }

  /** What a place keeps of it. */
  SequenceState state(int place) {
    return states.get(place);
  }

  /** What a layer keeps of it. */
  SequenceState state(Places.Kept kept) {
    return states.get(kept.place());
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
    states.forEach(SequenceState::close);
    length = 0;
  }
}
