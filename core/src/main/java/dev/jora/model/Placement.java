package dev.jora.model;

import dev.jora.backend.Backend;
import java.util.Collections;
import java.util.List;

/**
 * Which backend holds what: the layers' weights and KV caches, the token embeddings, the output.
 *
 * @param layers one backend per layer
 */
public record Placement(Backend embeddings, List<Backend> layers, Backend output) {
  /** Everything on one backend. */
  public static Placement all(Backend backend, Model model) {
    int layers = model.hyperparameters().blockCount();
    return new Placement(backend, Collections.nCopies(layers, backend), backend);
  }
}
