package dev.jora.bench;

import dev.jora.tensor.Shape;

/**
 * A tensor of a shape.
 *
 * @param quantized false for what every recipe leaves as F32: norms, biases, routers, convolutions
 * @param value what all of it is; NaN for random weights
 */
public record SyntheticTensor(String name, Shape shape, boolean quantized, float value) {
  /** True for random weights. */
  boolean random() {
    return Float.isNaN(value);
  }
}
