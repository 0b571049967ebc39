package dev.jora.model;

import dev.jora.backend.PassInput;
import dev.jora.backend.Rows;
import dev.jora.backend.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Tokens for one pass: runs of tokens of one or more sequences. Reusable: {@link #clear} and fill
 * again.
 */
public final class Batch {
  /** Of which tokens logits are wanted. */
  public enum Outputs {
    NONE,
    LAST,
    ALL
  }

  /**
   * A prompt of so many tokens is read sooner as single ones. How tokens are read may depend on the
   * prompt they belong to, never on how it is cut into passes.
   */
  static final int FEW = 12;

  private final List<Sequence> sequences = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();
  private int[] ids = new int[64];
  private int[] positions = new int[64];
  private int[] outputs = new int[64];
  private int size;
  private int single;
  private int outputCount;

  /** Empties the batch. */
  public void clear() {
    sequences.clear();
    single = 0;
    spans.clear();
    size = 0;
    outputCount = 0;
  }

  /**
   * Adds {@code count} tokens to the end of a sequence, which may stand in a batch only once.
   *
   * @throws ContextOverflowException if they do not fit into the sequence
   */
  public void add(Sequence sequence, int[] tokens, int from, int count, Outputs wanted) {
    add(sequence, tokens, from, count, first(count, wanted), count);
  }

  private static int first(int count, Outputs wanted) {
    return switch (wanted) {
      case NONE -> count;
      case LAST -> count - 1;
      case ALL -> 0;
    };
  }

  /**
   * Likewise, with logits of the tokens [wantedFrom, wantedTo) of the run.
   *
   * @throws ContextOverflowException if they do not fit into the sequence
   */
  public void add(
      Sequence sequence, int[] tokens, int from, int count, int wantedFrom, int wantedTo) {
    makeRoom(sequence, count);
    sequences.add(sequence);
    spans.add(new Span(size, count, sequence.length()));
    append(sequence, tokens, from, count, wantedFrom, wantedTo);
  }

  /**
   * Adds tokens that were drawn, or a few that are read as if they were: each is computed as it is
   * alone in a batch, whatever stands beside it. They come before all that are read.
   *
   * @throws ContextOverflowException if they do not fit into the sequence
   */
  public void addSingle(Sequence sequence, int[] tokens, int from, int count, Outputs wanted) {
    if (single < size) {
      throw new IllegalArgumentException("single tokens come first");
    }
    makeRoom(sequence, count);
    for (int i = 0; i < count; i++) {
      sequences.add(sequence);
      spans.add(new Span(size + i, 1, sequence.length() + i, true));
    }
    append(sequence, tokens, from, count, first(count, wanted), count);
    single = size;
  }

  /**
   * Adds {@code count} tokens of a prompt of {@code length} tokens in all: as single ones if these
   * are few.
   *
   * @throws ContextOverflowException if they do not fit into the sequence
   */
  public void addPrompt(
      Sequence sequence, int[] tokens, int from, int count, int length, Outputs wanted) {
    if (length <= FEW) {
      addSingle(sequence, tokens, from, count, wanted);
    } else {
      add(sequence, tokens, from, count, wanted);
    }
  }

  private void makeRoom(Sequence sequence, int count) {
    if (count < 1 || sequences.contains(sequence)) {
      throw new IllegalArgumentException("a batch takes one run of tokens per sequence");
    }
    if (sequence.length() + count > sequence.capacity()) {
      throw new ContextOverflowException(sequence.length() + count, sequence.capacity());
    }
    if (size + count > ids.length) {
      int capacity = Math.max(size + count, 2 * ids.length);
      ids = Arrays.copyOf(ids, capacity);
      positions = Arrays.copyOf(positions, capacity);
      outputs = Arrays.copyOf(outputs, capacity);
    }
  }

  private void append(
      Sequence sequence, int[] tokens, int from, int count, int wantedFrom, int wantedTo) {
    for (int i = 0; i < count; i++) {
      ids[size + i] = tokens[from + i];
      positions[size + i] = sequence.length() + i;
      if (i >= wantedFrom && i < wantedTo) {
        outputs[outputCount++] = size + i;
      }
    }
    size += count;
  }

  /** Takes back what a pass that has not ended has added to the sequences. */
  void takeBack() {
    sequences.forEach(sequence -> sequence.truncate(sequence.length()));
  }

  /** Tokens in the batch. */
  public int size() {
    return size;
  }

  /** Tokens of which logits are wanted. */
  public int outputCount() {
    return outputCount;
  }

  /** All of it, for one pass; the states are another's to find. */
  PassInput input() {
    return new PassInput(
        Arrays.copyOf(ids, size),
        Arrays.copyOf(positions, size),
        List.copyOf(spans),
        List.of(),
        rows(),
        Arrays.copyOf(outputs, outputCount),
        outputRows());
  }

  /** All tokens as rows of a product. */
  private Rows rows() {
    if (single == size) {
      return Rows.single(size);
    }
    BitSet fine = new BitSet(size);
    for (int i = 0; i < outputCount; i++) {
      fine.set(outputs[i]);
    }
    return new Rows(size, single, fine);
  }

  /** The outputs, likewise. */
  private Rows outputRows() {
    int alone = 0;
    for (int i = 0; i < outputCount; i++) {
      alone += outputs[i] < single ? 1 : 0;
    }
    return Rows.wanted(outputCount, alone);
  }

  List<Sequence> sequences() {
    return sequences;
  }

  List<Span> spans() {
    return spans;
  }

  int[] ids() {
    return ids;
  }
}
