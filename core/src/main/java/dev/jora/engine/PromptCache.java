package dev.jora.engine;

import dev.jora.model.ContextOverflowException;
import dev.jora.model.ContextShift;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.model.SequenceFile;
import dev.jora.model.SequenceFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A sequence that is reused from prompt to prompt: only what differs from the last one is read. A
 * text that outgrows the context is cut, if that is wanted, and cut in the same places when it
 * comes again. Not for several threads at once.
 */
public final class PromptCache implements AutoCloseable {
  /**
   * Enough to answer once more, to take back a turn, and to take back two; each holds the windows
   * of all windowed layers at its place.
   */
  private static final int CHECKPOINTS = 3;

  private final Decoder decoder;
  private int keep;
  private final boolean forgets;
  private final Sequence sequence;
  private final Deque<Sequence> checkpoints = new ArrayDeque<>();
  private List<ContextShift> shifts = List.of();
  private int reused;

  /**
   * An empty cache.
   *
   * @param keep tokens at the beginning that stay when the context is shifted; −1 for no shift
   */
  public PromptCache(Decoder decoder, int keep) {
    if (keep < -1) {
      throw new IllegalArgumentException("keep must be -1 or more, not " + keep);
    }
    this.decoder = decoder;
    this.keep = keep;
    this.sequence = decoder.newSequence();
    this.forgets = decoder.forgets();
  }

  /** Changes what stays at the next shift; −1 for no shift. */
  public void keep(int tokens) {
    if (tokens < -1) {
      throw new IllegalArgumentException("keep must be -1 or more, not " + tokens);
    }
    keep = tokens;
  }

  /** True if a text that outgrows the context is cut. */
  public boolean shifts() {
    return keep >= 0;
  }

  /** What the model has read: the same object for good. */
  public Sequence sequence() {
    return sequence;
  }

  /** Tokens that the last {@link #prepare} did not have to read. */
  public int reused() {
    return reused;
  }

  /** Tokens of the text so far that have been cut out to make room. */
  public int discarded() {
    return shifts.stream().mapToInt(ContextShift::discard).sum();
  }

  /**
   * Makes the sequence a beginning of {@code prompt}, as long as can be had without reading.
   *
   * @param prompt the whole text so far, pieces that were cut out of it included
   * @param room tokens that are to fit behind it
   * @return tokens to read at the end of the sequence, at least one
   * @throws ContextOverflowException if prompt and room do not fit and may not, or cannot, be cut;
   *     the sequence is then as it was
   */
  public int[] prepare(int[] prompt, int room) {
    if (prompt.length == 0 || room < 0) {
      throw new IllegalArgumentException(prompt.length + " tokens, room for " + room);
    }
    if (!sequence.adapterScales().equals(decoder.adapterScales())) {
      forgetCheckpoints();
      sequence.truncate(0);
    }
    List<ContextShift> old = useful(prompt) ? shifts : List.of();
    int[] text = ContextShift.cut(prompt, old);
    List<ContextShift> all = new ArrayList<>(old);
    for (ContextShift shift : shiftsToFit(text.length, room)) {
      rewind(text, text.length);
      if (shift.isInside(sequence.length()) && sequence.canShift(shift.keep(), shift.discard())) {
        sequence.shift(shift.keep(), shift.discard());
        forgetCheckpoints();
      }
      text = shift.cut(text);
      all.add(shift);
    }
    shifts = List.copyOf(all);
    rewind(text, text.length - 1);
    reused = sequence.length();
    return Arrays.copyOfRange(text, reused, text.length);
  }

  /**
   * Remembers the state here, for models whose layers forget: they cannot be cut back far, so
   * {@link #prepare} goes back to the best of the last few checkpoints instead. Pages are shared,
   * so it is cheap; where nothing is forgotten it does nothing. A {@link TextStream} does it at the
   * end of its prompt.
   */
  public void checkpoint() {
    if (!forgets || sequence.length() == 0) {
      return;
    }
    int[] tokens = sequence.tokens();
    List<Sequence> same =
        checkpoints.stream()
            .filter(c -> c.length() == tokens.length && c.common(tokens) == tokens.length)
            .toList();
    same.forEach(Sequence::close);
    checkpoints.removeAll(same);
    if (checkpoints.size() == CHECKPOINTS) {
      checkpoints.removeFirst().close();
    }
    checkpoints.addLast(sequence.fork());
  }

  /**
   * Writes what is held to a file, as {@link SequenceFile} lays it out; checkpoints are not.
   *
   * @throws IOException if it cannot be written; an older file of that name is then as it was
   */
  public void save(Path file) throws IOException {
    SequenceFile.save(file, decoder, sequence, shifts);
  }

  /**
   * Takes up what was saved, in place of what is held.
   *
   * @return false if there is no such file, or an empty one: nothing has changed then
   * @throws SequenceFileException if it is of no use here; nothing has changed then
   */
  public boolean load(Path file) throws IOException {
    Optional<List<ContextShift>> loaded = SequenceFile.load(file, decoder, sequence);
    loaded.ifPresent(
        cuts -> {
          shifts = cuts;
          forgetCheckpoints();
        });
    return loaded.isPresent();
  }

  /**
   * Makes room in a full sequence.
   *
   * @return tokens that must be read again; nothing if there can be no room
   */
  Optional<int[]> makeRoom() {
    Optional<ContextShift> shift =
        keep < 0 ? Optional.empty() : ContextShift.half(sequence.length(), keep);
    if (shift.isPresent()) {
      forgetCheckpoints();
      shifts = new ArrayList<>(shifts);
      shifts.add(shift.get());
    }
    return shift.map(s -> s.apply(sequence));
  }

  /**
   * True if what was cut before is to be cut out of this prompt too: if then at least half of what
   * is held behind the kept tokens is of use. A history that was edited further back is not worth
   * its old cuts.
   */
  private boolean useful(int[] prompt) {
    int length = prompt.length;
    for (ContextShift shift : shifts) {
      if (!shift.isInside(length)) {
        return false;
      }
      length -= shift.discard();
    }
    int common = sequence.common(ContextShift.cut(prompt, shifts));
    return common - keep >= (sequence.length() - keep + 1) / 2;
  }

  /** What must be cut out of a text of this length. */
  private List<ContextShift> shiftsToFit(int length, int room) {
    List<ContextShift> needed = new ArrayList<>();
    int capacity = sequence.capacity();
    int left = length;
    while ((long) left + room > capacity) {
      Optional<ContextShift> shift =
          keep < 0 ? Optional.empty() : ContextShift.half(Math.min(left, capacity), keep);
      if (shift.isEmpty()) {
        int tokens = (int) Math.min(Integer.MAX_VALUE, (long) left + room);
        throw new ContextOverflowException(tokens, capacity);
      }
      needed.add(shift.get());
      left -= shift.get().discard();
    }
    return needed;
  }

  /** Makes the sequence the longest beginning of a text that it or a checkpoint can become. */
  private void rewind(int[] text, int limit) {
    Sequence best = sequence;
    for (Sequence checkpoint : checkpoints) {
      if (reach(checkpoint, text, limit) > reach(best, text, limit)) {
        best = checkpoint;
      }
    }
    int reach = reach(best, text, limit);
    if (best != sequence) {
      sequence.restore(best);
    }
    sequence.truncate(reach);
  }

  private static int reach(Sequence sequence, int[] text, int limit) {
    int common = Math.min(limit, sequence.common(text));
    return sequence.canTruncate(common) ? common : 0;
  }

  private void forgetCheckpoints() {
    checkpoints.forEach(Sequence::close);
    checkpoints.clear();
  }

  @Override
  public void close() {
    forgetCheckpoints();
    sequence.close();
  }
}
