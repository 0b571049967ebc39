package dev.jora.model.block;

import dev.jora.model.adapter.AdapterTable;
import dev.jora.tensor.Tensor;

/**
 * A matrix, or the weight of a norm, with its bias.
 *
 * @param bias null where the file has none
 * @param name what adapters call the weight
 * @param view which rows of a tensor the weight is, or would be where that is fused; null for none
 */
public record Linear(Tensor weight, Tensor bias, String name, AdapterTable.View view) {
  /** A whole tensor, called by its own name. */
  public Linear(Tensor weight, Tensor bias) {
    this(weight, bias, weight.name(), null);
  }

  /** The same, of which adapters may speak as a part of a tensor. */
  Linear in(AdapterTable.View whole) {
    return new Linear(weight, bias, name, whole);
  }
}
