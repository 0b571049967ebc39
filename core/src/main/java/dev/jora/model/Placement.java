package dev.jora.model;

import dev.jora.backend.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which backend holds what: the layers' weights and states, the token embeddings, the output. A
 * layer's norms and residuals are computed where the layer is; its blocks may be elsewhere, and
 * rows go there and back.
 *
 * @param layers one backend per layer
 * @param mixers likewise of its mixer, with what that keeps of texts
 * @param feedForwards likewise of its feed-forward block
 */
public record Placement(
    Backend embeddings,
    List<Backend> layers,
    List<Backend> mixers,
    List<Backend> feedForwards,
    Backend output) {
  /** Layers as wholes. */
  public Placement(Backend embeddings, List<Backend> layers, Backend output) {
    this(embeddings, layers, layers, layers, output);
  }

  /** Everything on one backend; null where memory is only counted. */
  public static Placement all(Backend backend, Model model) {
    int layers = model.layers().size();
    return new Placement(backend, Collections.nCopies(layers, backend), backend);
  }

  /** The same with other backends in place of these. */
  public Placement on(UnaryOperator<Backend> others) {
    return new Placement(
        others.apply(embeddings),
        layers.stream().map(others).toList(),
        mixers.stream().map(others).toList(),
        feedForwards.stream().map(others).toList(),
        others.apply(output));
  }

  /** Each backend once, in the order in which a pass goes through them. */
  public List<Backend> backends() {
    List<Backend> path = new ArrayList<>();
    path.add(embeddings);
    for (int il = 0; il < layers.size(); il++) {
      path.add(layers.get(il));
      path.add(mixers.get(il));
      path.add(feedForwards.get(il));
    }
    path.add(output);
    List<Backend> found = new ArrayList<>();
    for (Backend backend : path) {
      if (found.stream().noneMatch(b -> b == backend)) {
        found.add(backend);
      }
    }
    return found;
  }
}
