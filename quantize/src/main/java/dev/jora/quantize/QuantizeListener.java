package dev.jora.quantize;

/** Hears how the work goes, on the thread that asked for it. */
public interface QuantizeListener {
  /** A tensor begins; they come in the order of the file. */
  default void begin(TensorJob job) {}

  /**
   * So much of it is done.
   *
   * @param sourceBytes bytes of source read so far, of this tensor
   */
  default void progress(TensorJob job, long sourceBytes) {}

  /** A tensor is done. */
  default void end(TensorResult result) {}

  /** Whether to stop: asked between pieces of work. */
  default boolean cancelled() {
    return false;
  }
}
