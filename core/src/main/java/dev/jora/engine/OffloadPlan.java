package dev.jora.engine;

import dev.jora.backend.Backend;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Placement;
import java.util.List;
import java.util.Map;

/**
 * Where a model is put, and what it takes there.
 *
 * @param placement null stands for the CPU
 * @param plans by backend
 * @param gpus those that it may use, in order
 * @param gpuLayers layers on them, the output being one
 * @param asked layers that it was made for, at most all
 * @param moved layers that are elsewhere than their number says: those that share caches stay
 *     together
 * @param layers all of the model, the output being one
 */
public record OffloadPlan(
    Placement placement,
    Map<Backend, MemoryPlan> plans,
    List<Gpu> gpus,
    int gpuLayers,
    int asked,
    int moved,
    int layers) {
  private static final MemoryPlan NOTHING = new MemoryPlan(0, 0, 0);

  /** What the host's memory holds. */
  public MemoryPlan host() {
    return plans.getOrDefault(null, NOTHING);
  }

  /** What a GPU holds. */
  public MemoryPlan on(Gpu gpu) {
    return plans.getOrDefault(gpu.backend(), NOTHING);
  }

  /** All of it. */
  public MemoryPlan total() {
    return plans.values().stream()
        .reduce(
            NOTHING,
            (a, b) ->
                new MemoryPlan(
                    a.weights() + b.weights(), a.cache() + b.cache(), a.compute() + b.compute()));
  }

  /** How many bytes more than it has free a GPU would need at most; 0 if all fits. */
  long excess() {
    return gpus.stream().mapToLong(gpu -> on(gpu).total() - gpu.free()).reduce(0, Math::max);
  }

  /** True if every GPU keeps its margin. */
  boolean fits(Offload wanted) {
    return gpus.stream()
        .allMatch(
            gpu ->
                on(gpu).total() == 0
                    || on(gpu).total() <= gpu.free() - wanted.marginOf(gpu.total()));
  }
}
