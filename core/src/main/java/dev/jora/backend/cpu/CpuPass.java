package dev.jora.backend.cpu;

import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.backend.Rope;
import dev.jora.backend.state.LayeredState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The pass of a CPU backend: its input, and the angles of its positions under each rope that turns
 * them. One object for all passes, so that memory is kept.
 */
final class CpuPass implements Pass, AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /**
   * Cos of every pair, then sin of every pair, row by row.
   *
   * @param rope whose angles these are
   */
  record Angles(Rope rope, MemorySegment data) {
    int pairs() {
      return rope.frequencies().length;
    }

    long row(int i) {
      return 8L * pairs() * i;
    }
  }

  private final List<Scratch> memory = new ArrayList<>();
  private final List<Angles> angles = new ArrayList<>();
  private PassInput input;

  void begin(PassInput next) {
    input = next;
    angles.clear();
  }

  @Override
  public PassInput input() {
    return input;
  }

  LayeredState state(int span) {
    return LayeredState.of(input.states().get(span));
  }

  /** The cache that a layer has of a span's text. */
  CpuKvLayer cache(int span, int layer) {
    return (CpuKvLayer) state(span).layer(layer);
  }

  /** Likewise its recurrent state. */
  CpuRecurrent recurrent(int span, int layer) {
    return (CpuRecurrent) state(span).layer(layer);
  }

  /** The angles of all rows, computed when they are first asked for. */
  Angles angles(Rope rope) {
    for (int i = 0; i < angles.size(); i++) {
      if (angles.get(i).rope() == rope) {
        return angles.get(i);
      }
    }
    if (memory.size() == angles.size()) {
      memory.add(new Scratch());
    }
    long bytes = 8L * input.rows().count() * rope.frequencies().length;
    Angles made = new Angles(rope, memory.get(angles.size()).atLeast(bytes));
    fill(made);
    angles.add(made);
    return made;
  }

  private void fill(Angles made) {
    double[] frequencies = made.rope().frequencies();
    double magnitude = made.rope().magnitude();
    int pairs = made.pairs();
    for (int i = 0; i < input.rows().count(); i++) {
      for (int p = 0; p < pairs; p++) {
        double angle = input.positions()[i] * frequencies[p];
        long at = made.row(i) + 4L * p;
        made.data().set(FLOAT, at, (float) (Math.cos(angle) * magnitude));
        made.data().set(FLOAT, at + 4L * pairs, (float) (Math.sin(angle) * magnitude));
      }
    }
  }

  @Override
  public void close() {
    memory.forEach(Scratch::close);
  }
}
