package dev.jora.backend.cuda.software;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A stream: work in order, done at once, or when somebody waits for it, or kept in a graph. */
final class SoftwareStream {
  /** What a capture remembers. */
  static final class Graph {
    final List<Runnable> nodes = new ArrayList<>();
    final List<SoftwareStream> streams = new ArrayList<>();
  }

  /** A point in a stream. */
  static final class Mark {
    final SoftwareStream stream;
    final Graph graph;
    boolean reached;
    long nanos;

    Mark(SoftwareStream stream) {
      this.stream = stream;
      this.graph = stream.graph;
    }

    /** Does what comes before it. */
    void reach() {
      while (!reached && stream.step()) {
        continue;
      }
    }

    void pass() {
      reached = true;
      nanos = System.nanoTime();
    }
  }

  /** An event: where it was put last. */
  static final class Event {
    Mark mark;
  }

  private final boolean deferred;
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

  /** What it is captured into; null if it is not. */
  Graph graph;

  SoftwareStream(boolean deferred) {
    this.deferred = deferred;
  }

  void give(Runnable work) {
    if (graph != null) {
      graph.nodes.add(work);
    } else if (deferred) {
      queue.add(work);
    } else {
      work.run();
    }
  }

  void finish() {
    while (step()) {
      continue;
    }
  }

  private boolean step() {
    Runnable work = queue.poll();
    if (work == null) {
      return false;
    }
    work.run();
    return true;
  }

  void capture(Graph into) {
    graph = into;
    into.streams.add(this);
  }
}
