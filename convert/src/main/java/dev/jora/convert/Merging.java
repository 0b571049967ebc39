package dev.jora.convert;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.Weights;
import dev.jora.exec.WorkPool;
import dev.jora.model.checkpoint.Checkpoint;
import java.util.List;

/**
 * Adapters that are merged into a checkpoint's weights, one after the other.
 *
 * @param adapters with their scales; who opened them closes them
 * @param pool that adds; null where there are none
 */
public record Merging(List<Scaled> adapters, WorkPool pool) {
  /** Nothing. */
  public static final Merging NONE = new Merging(List.of(), null);

  /**
   * An adapter.
   *
   * @param scale 1 as it was trained
   */
  public record Scaled(PeftAdapter adapter, double scale) {}

  /** What becomes of a checkpoint. */
  record Merged(Checkpoint checkpoint, Weights weights) {}

  Merged of(Checkpoint checkpoint, Weights weights) {
    AdapterRules rules = new AdapterRules(checkpoint);
    Weights merged = weights;
    boolean untied = false;
    for (Scaled each : adapters) {
      MergedWeights next = new MergedWeights(merged, each.adapter(), rules, each.scale(), pool);
      untied |= next.hasUntied();
      merged = next;
    }
    return new Merged(untied ? AdapterRules.untied(checkpoint) : checkpoint, merged);
  }
}
