package dev.jora.model;

import dev.jora.backend.Backend;

/** Hears of weights that backends have taken. */
@FunctionalInterface
public interface UploadListener {
  /** Hears nothing. */
  UploadListener NONE = (backend, bytes) -> {};

  /** A tensor of so many bytes is on a backend. */
  void uploaded(Backend backend, long bytes);
}
