package dev.jora.backend.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Launches that are the same in every pass of a shape, given to the driver as one graph. The first
 * pass runs as it is, so that all memory and code is there; the second is captured; later ones are
 * the graph. Only passes whose rows are all drawn: those that read are seldom of one shape, and
 * long.
 */
final class CudaGraphs implements AutoCloseable {
  /** Graphs that are kept: names times shapes. */
  private static final int MOST = 64;

  /** Rows of a pass that is worth a graph. */
  private static final int MOST_ROWS = 32;

  /** A name, by identity, and a shape. */
  private static final class Key {
    private final Object name;
    private final CudaPass.Shape shape;

    Key(Object name, CudaPass.Shape shape) {
      this.name = name;
      this.shape = shape;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && key.name == name && key.shape.equals(shape);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(name) + shape.hashCode();
    }
  }

  private final CudaDevice device;
  private final LinkedHashMap<Key, Long> graphs =
      new LinkedHashMap<>(16, 0.75f, true); // 0: seen once
  private long moves;

  CudaGraphs(CudaDevice device) {
    this.device = device;
  }

  /** See {@link dev.jora.backend.Backend#repeat}. */
  boolean repeat(CudaPass pass, Object name, BooleanSupplier work) {
    if (!pass.isDrawn() || pass.rows() > MOST_ROWS) {
      return work.getAsBoolean();
    }
    if (moves != device.moves()) {
      close();
    }
    Key key = new Key(name, pass.shape());
    Long graph = graphs.get(key);
    if (graph == null) {
      boolean done = work.getAsBoolean();
      boolean settled = moves == device.moves() && pass.shape().equals(key.shape);
      if (done && settled) { // else the next pass will find things in other places
        put(key, 0L);
      }
      return done;
    }
    if (graph == 0) {
      graph = capture(work);
      if (graph == 0) {
        return false;
      }
      put(key, graph);
    }
    device.launchGraph(graph);
    return true;
  }

  /** A graph of what work issues, none of which is done yet; 0 if it was given up. */
  private long capture(BooleanSupplier work) {
    boolean done;
    device.beginCapture();
    try {
      done = work.getAsBoolean();
    } catch (RuntimeException | Error e) {
      try {
        device.freeGraph(device.endCapture());
      } catch (CudaException lost) {
        e.addSuppressed(lost);
      }
      throw e;
    }
    long graph = device.endCapture();
    if (done) {
      return graph;
    }
    device.freeGraph(graph);
    return 0;
  }

  private void put(Key key, long graph) {
    graphs.put(key, graph);
    if (graphs.size() > MOST) {
      Map.Entry<Key, Long> eldest = graphs.firstEntry();
      free(eldest.getValue());
      graphs.remove(eldest.getKey());
    }
  }

  private void free(long graph) {
    if (graph != 0) {
      device.freeGraph(graph);
    }
  }

  private long forget() {
    graphs.values().forEach(this::free);
    graphs.clear();
    return device.moves();
  }

  @Override
  public void close() {
    moves = forget();
  }
}
