package dev.jora.engine;

import dev.jora.backend.NotFiniteException;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Many texts on one decoder: one pass serves all of them. Streams come with {@link #add} and go
 * when they end, between passes; a text is the same, to the bit, whoever shares the engine.
 *
 * <p>In every pass each stream that draws has its token, and the prompts share the other rows, in
 * equal parts. Where there are more streams than a pass has rows they take turns.
 *
 * <p>For one thread, which also runs samplers and listeners; who has several puts a queue before
 * it. While streams live the decoder is the engine's. Nothing is to be closed.
 */
public final class Engine {
  private static final Comparator<Seat> BY_WANTED = Comparator.comparingInt(Seat::wanted);
  private static final Comparator<Seat> BY_WHOLE = Comparator.comparingInt(Seat::whole);

  private final Decoder decoder;
  private final int vocabulary;
  private final Batch batch = new Batch();
  private final float[] logits;
  private final List<Seat> seats = new ArrayList<>(); // in the order of their turns
  private final List<Seat> pass = new ArrayList<>();
  private final List<Seat> readers = new ArrayList<>();
  private final BooleanSupplier cancelled = this::isCancelled;
  private int readAtMost = Integer.MAX_VALUE;

  /** An engine without streams. */
  public Engine(Decoder decoder) {
    this.decoder = decoder;
    this.vocabulary = decoder.model().vocabularySize();
    this.logits = new float[vocabulary];
  }

  /**
   * A stream joins, from the next pass on. Between passes, or from a listener.
   *
   * @param stream of a sequence of this engine's decoder
   * @throws IllegalArgumentException if a stream here has the same sequence
   */
  public void add(TextStream stream) {
    requireFree(stream.sequence());
    Companion companion = stream.companion();
    if (companion != null) {
      requireFree(companion.sequence());
    }
    seats.add(new Seat(stream));
    if (companion != null) {
      seats.add(new Seat(stream, companion, seats.getLast()));
    }
  }

  private void requireFree(Sequence sequence) {
    if (seats.stream().anyMatch(seat -> seat.isAt(sequence))) {
      throw new IllegalArgumentException("another stream extends this sequence");
    }
  }

  /** Streams that have not ended, as far as is known. */
  public int size() {
    return (int) seats.stream().filter(Seat::isOwn).count();
  }

  /**
   * Lets streams go that were cancelled, and runs a pass for the others. Cancelling all streams of
   * a pass ends it between layers. What is wrong with one text is kept by its stream; what is wrong
   * with the model's file, by all streams of the pass.
   *
   * @return true if streams are left
   */
  public boolean step() {
    try {
      for (int i = 0; i < seats.size(); i++) { // a listener may add one
        TextStream stream = seats.get(i).stream;
        if (seats.get(i).isOwn() && stream.isCancelled()) {
          stream.interrupt();
        }
      }
      letGo();
      if (!seats.isEmpty()) {
        choose();
        fill();
        run();
        letGo();
      }
      return !seats.isEmpty();
    } catch (Error e) { // nobody knows what state streams are in
      seats.clear();
      throw e;
    } finally {
      pass.clear();
      readers.clear();
    }
  }

  /**
   * Limits the tokens of prompts in a pass, so that it takes no longer than others like to wait. No
   * text changes by it.
   *
   * @param rows at least one
   */
  public void readAtMost(int rows) {
    readAtMost = Math.max(1, rows);
  }

  private void letGo() {
    seats.removeIf(seat -> seat.stream.isEnded());
  }

  /** Logits of the stream that got the last ones; overwritten by the next pass. */
  float[] logits() {
    return logits;
  }

  /** Who has how many rows of the next pass. */
  private void choose() {
    int turn = 0;
    for (Seat seat : seats) {
      seat.rows = 0;
      if (seat.wanted() > 0) {
        boolean isFirst = pass.isEmpty() && readers.isEmpty();
        turn = isFirst && !seat.isDrawing() ? 1 : turn;
        (seat.isDrawing() ? pass : readers).add(seat);
      }
    }
    int rows = decoder.options().rows();
    int forReaders =
        readers.isEmpty() ? 0 : Math.max(Math.min(readAtMost, rows - pass.size()), turn);
    cut(pass, rows - forReaders);
    cut(readers, forReaders);
    pass.forEach(seat -> seat.rows = 1);
    readers.sort(BY_WANTED);
    int left = forReaders;
    for (int i = 0; i < readers.size(); i++) { // what short ones do not need goes to long ones
      Seat seat = readers.get(i);
      seat.rows = Math.min(seat.wanted(), left / (readers.size() - i));
      left -= seat.rows;
    }
    readers.sort(BY_WHOLE); // few tokens are read as single ones, which come first
    pass.addAll(readers);
    if (pass.size() < seats.size()) {
      seats.removeAll(pass);
      seats.addAll(pass);
    }
  }

  private static void cut(List<Seat> list, int size) {
    if (list.size() > size) {
      list.subList(size, list.size()).clear();
    }
  }

  private void fill() {
    batch.clear();
    pass.removeIf(seat -> !seat.put(batch, vocabulary));
  }

  private boolean isCancelled() {
    for (Seat seat : pass) {
      if (!seat.stream.isCancelled()) {
        return false;
      }
    }
    return true;
  }

  private void run() {
    if (pass.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    try {
      if (!decoder.forward(batch, cancelled)) {
        pass.forEach(seat -> seat.stream.interrupt());
        return;
      }
      if (batch.outputCount() > 0) {
        decoder.computeLogits(0);
      }
    } catch (NotFiniteException e) {
      runAlone(e);
      return;
    } catch (RuntimeException e) {
      pass.forEach(seat -> seat.stream.fail(e));
      return;
    }
    long nanos = System.nanoTime() - start;
    int output = 0;
    for (Seat seat : pass) {
      seat.passed(nanos);
      if (seat.draws) {
        draw(seat, output++);
      }
    }
  }

  private void draw(Seat seat, int output) {
    TextStream stream = seat.stream;
    try {
      decoder.logits(output, seat.logits(logits));
    } catch (RuntimeException e) {
      stream.fail(e);
      return;
    }
    if (stream.isRead()) {
      seat.mix(logits);
      stream.take(logits);
    }
  }

  /** A pass of several has failed: alone, who is guilty fails again, and nobody else does. */
  private void runAlone(NotFiniteException cause) {
    if (pass.size() == 1) {
      pass.getFirst().stream.fail(cause);
      return;
    }
    for (Seat seat : List.copyOf(pass)) {
      if (seat.stream.isEnded()) { // by the fault of its other place
        continue;
      }
      pass.clear();
      pass.add(seat);
      fill();
      run();
    }
  }
}
