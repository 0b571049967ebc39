package dev.jora.model.block;

import dev.jora.kernel.Activation;

/**
 * A layer's own input (Gemma 4 E): a vector of each token for each layer, let in by a gate of the
 * stream.
 *
 * @param width values of a token for a layer
 * @param layer which layer's
 * @param activation of the gate
 */
public record LayerInputSpec(int width, int layer, Activation activation) implements BlockSpec {
  @Override
  public LayerInputBlock bind(TensorTable table, String layerName, int embedding) {
    return LayerInputBlock.bind(this, table, layerName, embedding);
  }
}
