package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.PlannedRoom;
import dev.jora.backend.Workload;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Memory that running a model takes, known before anything is loaded: the decoder is wired to rooms
 * that only count.
 *
 * @param weights bytes of tensors
 * @param cache bytes that sequences keep when their contexts are full
 * @param compute bytes of activations for the largest batch, and what a backend takes beside all
 *     that
 */
public record MemoryPlan(long weights, long cache, long compute) {
  /**
   * What {@code model} takes with these options, in one memory.
   *
   * @throws DecoderOptions.Unfit if they do not go with the model
   */
  public static MemoryPlan of(Model model, DecoderOptions options) {
    return of(model, Placement.all(null, model), options).get(null);
  }

  /**
   * What it takes of each backend, by identity.
   *
   * @throws DecoderOptions.Unfit likewise
   */
  public static Map<Backend, MemoryPlan> of(
      Model model, Placement placement, DecoderOptions options) {
    Map<Backend, MemoryPlan> plans = new IdentityHashMap<>();
    try (Places places = Places.planned(model, placement, options)) {
      new DecoderGraph(model, places, options);
      DecoderOptions.check(places.kept());
      for (Place place : places.all()) {
        Workload load = place.wiring().workload(options.contextSize());
        Backend backend = place.backend();
        long each = backend == null ? load.stateBytes() : backend.kept(load);
        long cache = each * options.sequences();
        long scratch = backend == null ? 0 : backend.scratch(load);
        scratch += place.wiring().adapterBytes();
        PlannedRoom room = load.room();
        plans.put(backend, new MemoryPlan(room.weights(), cache, room.buffers() + scratch));
      }
    }
    return plans;
  }

  /** All of it. */
  public long total() {
    return weights + cache + compute;
  }
}
