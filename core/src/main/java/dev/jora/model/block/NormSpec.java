package dev.jora.model.block;

import dev.jora.backend.Norm;

/** How rows are normalised. */
public record NormSpec(Norm.Kind kind, float eps) {
  /** The norm without weights. */
  Norm plain() {
    return new Norm(kind, null, null, eps);
  }
}
