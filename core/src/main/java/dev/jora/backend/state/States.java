package dev.jora.backend.state;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The states of a room that are not closed yet: they end with it. */
public final class States {
  private final Set<LayeredState> open = Collections.newSetFromMap(new IdentityHashMap<>());

  /** A state of layers of which nothing has been read. */
  public LayeredState newState(List<LayerState> layers) {
    return keep(new LayeredState(this, layers, 0));
  }

  LayeredState keep(LayeredState state) {
    open.add(state);
    return state;
  }

  void forget(LayeredState state) {
    open.remove(state);
  }

  /** Closes all that are left. */
  public void close() {
    List.copyOf(open).forEach(LayeredState::close);
  }
}
