package dev.jora.model.block;

import dev.jora.backend.Buffer;
import dev.jora.backend.Pass;
import dev.jora.backend.Rows;

/** A sub-layer with its tensors, on no backend yet: shared by all decoders of a model. */
public interface Block {
  /**
   * Puts it on a backend.
   *
   * @param out where its results go, float32[rows, n_embd]
   */
  Step wire(Wiring wiring, Buffer out);

  /** A sub-layer that is ready to run. */
  @FunctionalInterface
  interface Step {
    /**
     * out = block(x) for some rows of a pass: all of them, or where nothing is kept of a text those
     * of which logits are wanted.
     */
    void run(Pass pass, Buffer x, Rows rows);
  }
}
