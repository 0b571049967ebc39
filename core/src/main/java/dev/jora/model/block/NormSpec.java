package dev.jora.model.block;

import dev.jora.backend.Norm;

/** How rows are normalised. */
public record NormSpec(Norm.Kind kind, float eps) {}
