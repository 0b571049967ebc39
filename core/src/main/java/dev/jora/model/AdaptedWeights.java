package dev.jora.model;

import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.AdapterTable;
import java.util.List;

/**
 * What adapters add to a model's weights. It is what a decoder adds to its products: a decoder is
 * wired to rooms that only count.
 */
public final class AdaptedWeights {
  private AdaptedWeights() {}

  /**
   * The additions, adapter by adapter for each tensor, in the order of the model.
   *
   * @throws dev.jora.gguf.GgufException if an adapter does not go with the model
   */
  public static List<AdapterTable.Addition> of(Model model, Adaptation adaptation) {
    DecoderOptions options =
        DecoderOptions.defaults(model).withContextSize(1).withAdaptation(adaptation);
    try (Places places = Places.planned(model, Placement.all(null, model), options)) {
      new DecoderGraph(model, places, options);
      return places.adapters().additions();
    }
  }
}
