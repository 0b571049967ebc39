package dev.jora.engine;

import dev.jora.backend.ProductObserver;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.RopeOptions;
import dev.jora.model.adapter.Adaptation;
import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * How a model is opened.
 *
 * @param contextSize tokens of context; 0: the model's, or as many of them as memory has room for
 * @param batchSize the most tokens of one pass
 * @param keyType type of cached keys: F32, F16, BF16 or Q8_0
 * @param valueType type of cached values: the same choice
 * @param rope what replaces the model's RoPE keys
 * @param threads CPU threads for single tokens; 0: one per processor
 * @param batchThreads CPU threads for prompts; 0: as many as for single tokens
 * @param kernels chooses the kernel set; it runs beside the reading of the file
 * @param observer sees the input of every product, which are all on the CPU then; null for none
 * @param offload what GPUs take of the model
 * @param listener hears how far weights are on their way there
 * @param sequences texts of a full context that memory is to have room for at once
 * @param adaptation files of what is added to the model
 */
public record LoadOptions(
    int contextSize,
    int batchSize,
    GgmlType keyType,
    GgmlType valueType,
    RopeOptions.Overrides rope,
    int threads,
    int batchThreads,
    Supplier<KernelSelector.Choice> kernels,
    ProductObserver observer,
    Offload offload,
    LoadListener listener,
    int sequences,
    Adaptation.Wanted adaptation) {

  /** The model's context, 512 tokens a pass, an F16 cache, all processors, the best kernels. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(
          0,
          512,
          GgmlType.F16,
          GgmlType.F16,
          RopeOptions.Overrides.NONE,
          0,
          0,
          KernelSelector::best,
          null,
          Offload.DEFAULT);

  /** Likewise, and nobody hears how far it is. */
  public LoadOptions(
      int contextSize,
      int batchSize,
      GgmlType keyType,
      GgmlType valueType,
      RopeOptions.Overrides rope,
      int threads,
      int batchThreads,
      Supplier<KernelSelector.Choice> kernels,
      ProductObserver observer,
      Offload offload) {
    this(
        contextSize,
        batchSize,
        keyType,
        valueType,
        rope,
        threads,
        batchThreads,
        kernels,
        observer,
        offload,
        LoadListener.NONE,
        1,
        Adaptation.Wanted.NONE);
  }

  /** Checks the numbers. */
  public LoadOptions {
    if (contextSize < 0 || batchSize < 1 || threads < 0 || batchThreads < 0 || sequences < 1) {
      throw new IllegalArgumentException(
          "context "
              + contextSize
              + ", batch "
              + batchSize
              + ", threads "
              + threads
              + ", "
              + batchThreads
              + ", sequences "
              + sequences);
    }
  }

  /** The same with a context of so many tokens. */
  public LoadOptions withContextSize(int tokens) {
    return with(tokens, threads, batchThreads, kernels, offload);
  }

  /** The same on so many CPU threads, for prompts too. */
  public LoadOptions withThreads(int n) {
    return with(contextSize, n, n, kernels, offload);
  }

  /** The same with another choice of kernels. */
  public LoadOptions withKernels(Supplier<KernelSelector.Choice> choice) {
    return with(contextSize, threads, batchThreads, choice, offload);
  }

  /** The same with somebody who hears how far weights are on their way to GPUs. */
  public LoadOptions withListener(LoadListener who) {
    return with(contextSize, threads, batchThreads, kernels, offload, who, sequences, adaptation);
  }

  /** The same with memory for so many texts at once. */
  public LoadOptions withSequences(int texts) {
    return with(contextSize, threads, batchThreads, kernels, offload, listener, texts, adaptation);
  }

  /** The same with other things added to the model. */
  public LoadOptions withAdaptation(Adaptation.Wanted other) {
    return with(contextSize, threads, batchThreads, kernels, offload, listener, sequences, other);
  }

  /** The same with other wishes for GPUs. */
  public LoadOptions withOffload(Offload other) {
    return with(contextSize, threads, batchThreads, kernels, other);
  }

  private LoadOptions with(
      int context, int n, int many, Supplier<KernelSelector.Choice> choice, Offload other) {
    return with(context, n, many, choice, other, listener, sequences, adaptation);
  }

  private LoadOptions with(
      int context,
      int n,
      int many,
      Supplier<KernelSelector.Choice> choice,
      Offload other,
      LoadListener who,
      int texts,
      Adaptation.Wanted added) {
    return new LoadOptions(
        context, batchSize, keyType, valueType, rope, n, many, choice, observer, other, who, texts,
        added);
  }
}
