package dev.jora.model;

import dev.jora.backend.Span;
import java.util.ArrayList;
import java.util.Arrays;
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

  private final List<Sequence> sequences = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();
  private int[] ids = new int[64];
  private int[] positions = new int[64];
  private int[] outputs = new int[64];
  private int size;
  private int outputCount;

  /** Empties the batch. */
  public void clear() {
    sequences.clear();
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
    int first =
        switch (wanted) {
          case NONE -> count;
          case LAST -> count - 1;
          case ALL -> 0;
        };
    add(sequence, tokens, from, count, first, count);
  }

  /**
   * Likewise, with logits of the tokens [wantedFrom, wantedTo) of the run.
   *
   * @throws ContextOverflowException if they do not fit into the sequence
   */
  public void add(
      Sequence sequence, int[] tokens, int from, int count, int wantedFrom, int wantedTo) {
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
    sequences.add(sequence);
    spans.add(new Span(size, count, sequence.length()));
    for (int i = 0; i < count; i++) {
      ids[size + i] = tokens[from + i];
      positions[size + i] = sequence.length() + i;
      if (i >= wantedFrom && i < wantedTo) {
        outputs[outputCount++] = size + i;
      }
    }
    size += count;
  }

  /** Tokens in the batch. */
  public int size() {
    return size;
  }

  /** Tokens of which logits are wanted. */
  public int outputCount() {
    return outputCount;
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

  int[] positions() {
    return positions;
  }

  /** Rows of which logits are wanted, ascending; the first {@link #outputCount} entries. */
  int[] outputs() {
    return outputs;
  }
}
