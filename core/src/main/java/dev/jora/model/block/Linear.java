package dev.jora.model.block;

import dev.jora.model.adapter.AdapterTable;
import dev.jora.tensor.Tensor;

/**
 * A matrix, or the weight of a norm, with its bias.
 *
 * @param bias null where the file has none
 * @param name what adapters call the weight
 * @param view which rows of its tensor the weight is; null for all
 */
public record Linear(Tensor weight, Tensor bias, String name, AdapterTable.View view) {
  /** A whole tensor, called by its own name. */
  public Linear(Tensor weight, Tensor bias) {
    this(weight, bias, weight.name(), null);
  }
}
