package dev.jora.model;

import dev.jora.backend.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which backend holds what: the layers' weights and states, the token embeddings, the output.
 *
 * @param layers one backend per layer
 */
public record Placement(Backend embeddings, List<Backend> layers, Backend output) {
  /** Everything on one backend; null where memory is only counted. */
  public static Placement all(Backend backend, Model model) {
    int layers = model.layers().size();
    return new Placement(backend, Collections.nCopies(layers, backend), backend);
  }

  /** Each backend once, in the order in which a pass goes through them. */
  List<Backend> backends() {
    List<Backend> found = new ArrayList<>();
    List<Backend> path = new ArrayList<>();
    path.add(embeddings);
    path.addAll(layers);
    path.add(output);
    for (Backend backend : path) {
      if (found.stream().noneMatch(b -> b == backend)) {
        found.add(backend);
      }
    }
    return found;
  }
}
