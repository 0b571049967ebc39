package dev.jora.engine;

import java.util.List;

/** Hears how far weights are on their way to GPUs: when a decoder is made, tensor by tensor. */
@FunctionalInterface
public interface LoadListener {
  /** Hears nothing. */
  LoadListener NONE = gpus -> {};

  /**
   * How far one GPU is.
   *
   * @param done bytes of weights that are there
   * @param total bytes that will be
   */
  record Loaded(Gpu gpu, long done, long total) {}

  /** How far all are that take weights. */
  void loaded(List<Loaded> gpus);
}
