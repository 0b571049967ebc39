package dev.jora.engine;

import dev.jora.exec.MachineMemory;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
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
   * @throws MemoryException if the machine has not the memory
   * @throws OffloadException if GPUs have not
   */
  static Fit of(Path path, Model model, LoadOptions load, Gpus gpus) {
    Offload wanted = load.offload();
    Offloader offloader = new Offloader(model, wanted, gpus.all());
    boolean auto = wanted.gpuLayers() == Offload.AUTO;
    boolean free = load.contextSize() == 0;
    int context = free ? model.contextLength() : load.contextSize();
    long available = MachineMemory.available();
    while (true) {
      DecoderOptions options =
          new DecoderOptions(
              context, load.batchSize(), load.keyType(), load.valueType(), load.rope());
      boolean all = auto && !gpus.all().isEmpty() && free && context > LEAST_FOR_ALL;
      OffloadPlan plan;
      if (all) {
        plan = offloader.of(Offload.ALL, options);
      } else {
        plan = auto ? offloader.largest(options) : offloader.of(wanted.gpuLayers(), options);
      }
      boolean onGpus = all ? plan.fits(wanted) : plan.excess() == 0;
      boolean onHost = plan.host().total() <= available;
      if (onGpus && onHost) {
        return new Fit(options, plan, wanted.withGpuLayers(plan.asked()));
      }
      int least = all ? LEAST_FOR_ALL : LEAST_CONTEXT;
      if (!free || context <= least) {
        throw onGpus
            ? new MemoryException(path, plan.host(), context, available)
            : offloader.tooMany(plan, options);
      }
      context = Math.max(least, context / 2);
    }
  }
}
