package dev.jora.engine;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.MachineMemory;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A model ready to run: file, tokenizer, threads, and the context that memory has room for. What it
 * makes (decoders, sequences, chats) works until it is closed.
 */
public final class LoadedModel implements AutoCloseable {
  /** A context that was not asked for is not shrunk below this. */
  private static final int LEAST_CONTEXT = 512;

  private final GgufFile file;
  private final Model model;
  private final Tokenizer tokenizer;
  private final DecoderOptions options;
  private final MemoryPlan memory;
  private final KernelSelector.Choice kernels;
  private final WorkPool single;
  private final WorkPool batch;
  private final CpuBackend backend;

  private LoadedModel(
      GgufFile file,
      Model model,
      Tokenizer tokenizer,
      DecoderOptions options,
      KernelSelector.Choice kernels,
      LoadOptions load) {
    this.file = file;
    this.model = model;
    this.tokenizer = tokenizer;
    this.options = options;
    this.memory = MemoryPlan.of(model, options);
    this.kernels = kernels;
    int threads = load.threads() > 0 ? load.threads() : Runtime.getRuntime().availableProcessors();
    int many = load.batchThreads() > 0 ? load.batchThreads() : threads;
    this.single = new WorkPool(threads);
    this.batch = many == threads ? single : new WorkPool(many);
    this.backend = new CpuBackend(kernels.kernels(), single, batch, load.observer());
  }

  /**
   * Opens a GGUF file; of a split model its first part.
   *
   * @throws GgufException if it is no model that can be run
   * @throws MemoryException if it does not fit into the machine's memory
   * @throws DecoderOptions.Unfit if the cache's types do not go with the model
   */
  public static LoadedModel open(Path path, LoadOptions load) {
    // Most of the time to the first token is code that runs for the first time: in two threads.
    CompletableFuture<KernelSelector.Choice> kernels =
        CompletableFuture.supplyAsync(load.kernels());
    GgufFile file = GgufFile.open(path);
    try {
      CompletableFuture<Tokenizer> tokenizer =
          CompletableFuture.supplyAsync(() -> Tokenizer.from(file.metadata()));
      Model model = Model.of(file);
      DecoderOptions options = fitting(path, model, load);
      return new LoadedModel(
          file, model, checked(joined(tokenizer), model), options, joined(kernels), load);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** What a task made, or what it threw. */
  private static <T> T joined(CompletableFuture<T> task) {
    try {
      return task.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error fault -> throw fault;
        default -> throw e;
      }
    }
  }

  private static Tokenizer checked(Tokenizer tokenizer, Model model) {
    if (tokenizer.vocab().size() > model.vocabularySize()) {
      throw model
          .metadata()
          .fault(
              "tokenizer.ggml.tokens",
              "at most " + model.vocabularySize() + " tokens, the rows of token_embd.weight",
              tokenizer.vocab().size() + " tokens");
    }
    return tokenizer;
  }

  /** Options whose plan fits: a context that nobody asked for is halved until it does. */
  private static DecoderOptions fitting(Path path, Model model, LoadOptions load) {
    int context = load.contextSize() == 0 ? model.contextLength() : load.contextSize();
    DecoderOptions options = decoderOptions(load, context);
    options.check(model);
    long available = MachineMemory.available();
    MemoryPlan plan = MemoryPlan.of(model, options);
    while (load.contextSize() == 0 && plan.total() > available && context > LEAST_CONTEXT) {
      context = Math.max(LEAST_CONTEXT, context / 2);
      options = decoderOptions(load, context);
      plan = MemoryPlan.of(model, options);
    }
    if (plan.total() > available) {
      throw new MemoryException(path, plan, context, available);
    }
    return options;
  }

  private static DecoderOptions decoderOptions(LoadOptions load, int context) {
    return new DecoderOptions(
        context, load.batchSize(), load.keyType(), load.valueType(), load.rope());
  }

  /** The model: its numbers, tensors and metadata. */
  public Model model() {
    return model;
  }

  /** Text to ids and back. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** How its decoders are set up. */
  public DecoderOptions options() {
    return options;
  }

  /** Bytes that one decoder with a full context takes. */
  public MemoryPlan memory() {
    return memory;
  }

  /** The kernel set it runs on, and why that one. */
  public KernelSelector.Choice kernels() {
    return kernels;
  }

  /** The threads for prompts; not while a pass runs. */
  public WorkPool prompts() {
    return batch;
  }

  /** A decoder. */
  public Decoder decoder() {
    return decoder(options);
  }

  /**
   * A decoder for passes of at most {@code tokens} tokens, if the options want no shorter ones:
   * memory for more would be cleared for nothing.
   */
  public Decoder decoder(int tokens) {
    return decoder(options.withBatchUpTo(tokens));
  }

  /** A decoder with options of its own, for contexts that {@link #options} have room for. */
  public Decoder decoder(DecoderOptions own) {
    return new Decoder(model, Placement.all(backend, model), own);
  }

  /**
   * A sampler chain over the model's vocabulary.
   *
   * @throws IllegalArgumentException if a parameter does not go with the vocabulary
   */
  public SamplerChain sampler(SamplingParams params) {
    return new SamplerChain(params, new VocabularyTexts(tokenizer, model.vocabularySize()));
  }

  @Override
  public void close() {
    backend.close();
    if (batch != single) {
      batch.close();
    }
    single.close();
    file.close();
  }
}
