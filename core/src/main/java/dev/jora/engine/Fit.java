package dev.jora.engine;

import dev.jora.exec.MachineMemory;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.adapter.Adaptation;
import java.nio.file.Path;

/**
 * Options and where they put a model, which the machine and its GPUs have memory for. A context
 * that nobody asked for is cut until they have.
 *
 * @param settled the wishes for GPUs that give the same once more
 */
record Fit(DecoderOptions options, OffloadPlan plan, Offload settled) {
  /** A context that was not asked for is not cut below this. */
  private static final int LEAST_CONTEXT = 512;

  /** Likewise, only to have all layers on GPUs: llama.cpp's number. */
  private static final int LEAST_FOR_ALL = 4096;

  /**
   * Finds it.
   *
   * @param adaptation what is added to the model
   * @throws MemoryException if the machine has not the memory
   * @throws OffloadException if GPUs have not
   */
  static Fit of(Path path, Model model, Adaptation adaptation, LoadOptions load, Gpus gpus) {
    Offload wanted = load.offload();
    boolean auto = wanted.gpuLayers() == Offload.AUTO && !gpus.all().isEmpty();
    boolean free = load.contextSize() == 0;
    int context = free ? model.contextLength() : load.contextSize();
    long available = MachineMemory.available();
    while (true) {
      DecoderOptions options =
          new DecoderOptions(
                  context, load.batchSize(), load.keyType(), load.valueType(), load.rope())
              .withSequences(load.sequences())
              .withAdaptation(adaptation);
      boolean whole = auto && free && context > LEAST_FOR_ALL;
      int least = whole ? LEAST_FOR_ALL : LEAST_CONTEXT;
      boolean last = !free || context <= least;
      OffloadPlan plan = plan(model, options, gpus, wanted, whole, last);
      if (plan != null) {
        if (plan.host().total() <= available) {
          return new Fit(options, plan, wanted.withGpuLayers(plan.asked()));
        }
        if (last) {
          throw new MemoryException(path, plan.host(), options, available);
        }
      }
      context = Math.max(least, context / 2);
    }
  }

  /**
   * Where the model is, or null where GPUs have no room.
   *
   * @param whole all layers or none
   * @param last an exception says that there is no room
   */
  private static OffloadPlan plan(
      Model model, DecoderOptions options, Gpus gpus, Offload wanted, boolean whole, boolean last) {
    if (whole) {
      OffloadPlan plan = new Offloader(model, wanted, gpus.all()).of(Offload.ALL, options);
      return plan.fits(wanted) ? plan : null;
    }
    try {
      return gpus.plan(model, options, wanted);
    } catch (OffloadException e) {
      if (last) {
        throw e;
      }
      return null;
    }
  }
}
