package dev.jora.engine;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.ExplainedDriver.Memory;
import dev.jora.fault.Sentence;
import dev.jora.model.DecoderOptions;
import java.util.List;
import java.util.stream.Collectors;

/** What is said where a GPU that a model is on refuses something: what, and what to do. */
final class GpuFaults {
  private static final int NO_KERNEL_IMAGE = 209;

  private OffloadPlan plan;
  private DecoderOptions options;
  private List<Gpu> gpus = List.of();

  /** What was planned; before, whoever opens the GPUs says what is wrong. */
  void settle(OffloadPlan plan, DecoderOptions options, List<Gpu> gpus) {
    this.plan = plan;
    this.options = options;
    this.gpus = gpus;
  }

  /** A refusal of a GPU in words of what was planned. */
  CudaException of(String id, CudaException e, Memory memory, String kernel) {
    if (plan == null) {
      return e;
    }
    Memory wanted = e.code() == CudaException.OUT_OF_MEMORY ? memory : Memory.NONE;
    Sentence sentence =
        switch (wanted) {
          case DEVICE -> full(id);
          case HOST ->
              Sentence.of(
                  "%s: the system gives no memory to copy from and to (%s): end other programs, or"
                      + " %s 0 computes all on the CPU",
                  id, e.getMessage(), Offload.GPU_LAYERS);
          case NONE -> failed(id, e, kernel);
        };
    return e.explained(sentence);
  }

  private Sentence full(String id) {
    String left =
        gpus.stream()
            .map(gpu -> "%s %s".formatted(gpu.id(), mebibytes(gpu.backend().memory().available())))
            .collect(Collectors.joining(", "));
    Gpu own = gpus.stream().filter(gpu -> gpu.id().equals(id)).findFirst().orElseThrow();
    return Sentence.of(
        "a GPU's memory is full (free now: %s): %s has %s of the model, and %s were planned for %d"
            + " layers and %d tokens; somebody else has taken the rest, or try a smaller %s or %s",
        left,
        id,
        mebibytes(own.backend().memory().held()),
        mebibytes(plan.on(own).total()),
        plan.gpuLayers(),
        options.contextSize(),
        Offload.GPU_LAYERS,
        DecoderOptions.CONTEXT_SIZE);
  }

  private static Sentence failed(String id, CudaException e, String kernel) {
    String what =
        kernel.isEmpty() || e.getMessage().contains(kernel)
            ? e.getMessage()
            : "%s, behind kernel %s".formatted(e.getMessage(), kernel);
    return Sentence.of("%s failed: %s: %s", id, what, advice(e.code()));
  }

  private static Sentence advice(int code) {
    Sentence cpu = Sentence.of("%s 0 computes all on the CPU", Offload.GPU_LAYERS);
    if (code == CudaException.UNSUPPORTED_PTX_VERSION) {
      return Sentence.of(
          "the NVIDIA driver is too old for jora's kernels: install 525 or later, or %s", cpu);
    }
    if (code == NO_KERNEL_IMAGE) {
      return Sentence.of("jora's kernels need compute capability 6.1 or later, %s", cpu);
    }
    return CudaException.losesAll(code)
        ? Sentence.of("what was on it is lost, start again; if it comes back, %s", cpu)
        : cpu;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
