package dev.jora.model.block;

import dev.jora.tensor.Tensor;

/**
 * A matrix, or the weight of a norm, with its bias.
 *
 * @param bias null where the file has none
 */
public record Linear(Tensor weight, Tensor bias) {}
