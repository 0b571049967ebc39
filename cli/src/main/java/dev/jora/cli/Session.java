package dev.jora.cli;

import dev.jora.backend.CpuBackend;
import dev.jora.backend.ProductObserver;
import dev.jora.engine.VocabularyTexts;
import dev.jora.exec.MachineMemory;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tokenizer.Tokenizer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** A model opened for a command: file, tokenizer, threads, decoder. */
final class Session implements AutoCloseable {
  /** A context that was not asked for is not shrunk below this. */
  private static final int LEAST_CONTEXT = 512;

  private final GgufFile file;
  private final WorkPool single;
  private final WorkPool batch;
  private final CpuBackend backend;
  final Model model;
  final Tokenizer tokenizer;
  final DecoderOptions options;

  private Session(
      GgufFile file,
      Model model,
      Tokenizer tokenizer,
      DecoderOptions options,
      Kernels kernels,
      ThreadOptions threads,
      ProductObserver observer) {
    this.file = file;
    this.model = model;
    this.tokenizer = tokenizer;
    this.options = options;
    this.single = new WorkPool(threads.generation());
    this.batch =
        threads.prompts() == threads.generation() ? single : new WorkPool(threads.prompts());
    this.backend = new CpuBackend(kernels, single, batch, observer);
  }

  /** Opens a model, having checked that the machine has the memory. */
  static Session open(
      ModelOptions model, ContextOptions context, ThreadOptions threads, CommonOptions common) {
    return open(model, context, threads, common, null);
  }

  /** Likewise, with an observer of all products, or null. */
  static Session open(
      ModelOptions model,
      ContextOptions context,
      ThreadOptions threads,
      CommonOptions common,
      ProductObserver observer) {
    // Most of the time to the first token is code that runs for the first time: in two threads.
    CompletableFuture<KernelSelector.Choice> choice =
        CompletableFuture.supplyAsync(threads::choice);
    GgufFile file = GgufFile.open(model.path());
    try {
      CompletableFuture<Tokenizer> tokenizer =
          CompletableFuture.supplyAsync(() -> Tokenizer.from(file.metadata()));
      Model loaded = Model.of(file);
      warnOfUnused(loaded.unused(), model, common);
      DecoderOptions options = options(loaded, context, common);
      KernelSelector.Choice kernels = joined(choice);
      common.detail("kernels: %s (%s)", kernels.kernels().name(), kernels.reason());
      return new Session(
          file,
          loaded,
          checked(joined(tokenizer), loaded),
          options,
          kernels.kernels(),
          threads,
          observer);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** One line, however many there are. */
  private static void warnOfUnused(List<String> names, ModelOptions model, CommonOptions common) {
    if (!names.isEmpty()) {
      String shown =
          names.stream().limit(3).map(Text::plain).collect(Collectors.joining(", "))
              + (names.size() > 3 ? ", ..." : "");
      common.warn(
          names.size() == 1
              ? "%d tensor of %s is not used: %s"
              : "%d tensors of %s are not used: %s",
          names.size(),
          model.path(),
          shown);
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

  /**
   * A decoder for passes of at most {@code tokens} tokens, if the user wants no shorter ones:
   * memory for more would be cleared for nothing. The session closes what it uses.
   */
  Decoder decoder(int tokens) {
    return new Decoder(model, Placement.all(backend, model), options.withBatchUpTo(tokens));
  }

  /** A decoder with options of its own, for contexts that the session's options have room for. */
  Decoder decoder(DecoderOptions own) {
    return new Decoder(model, Placement.all(backend, model), own);
  }

  /** The threads for prompts; not while a pass runs. */
  WorkPool prompts() {
    return batch;
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

  private static DecoderOptions options(Model model, ContextOptions c, CommonOptions common) {
    if (c.contextSize < 0) {
      throw UserException.usage("-c must be 0 (the model's context) or more, not " + c.contextSize);
    }
    RopeOptions.Overrides rope = c.rope();
    int asked = c.contextSize == 0 ? model.contextLength() : c.contextSize;
    if (c.contextSize > model.contextLength()) {
      common.warn(
          "a context of %d is more than the %d the model was trained for",
          c.contextSize, model.contextLength());
    }
    DecoderOptions options = new DecoderOptions(asked, c.pass(), c.keyType, c.valueType, rope);
    checkCacheTypes(model, options);
    MemoryPlan plan = MemoryPlan.of(model, options);
    long available = MachineMemory.available();
    while (c.contextSize == 0 && plan.total() > available && asked > LEAST_CONTEXT) {
      asked = Math.max(LEAST_CONTEXT, asked / 2);
      options = new DecoderOptions(asked, c.pass(), c.keyType, c.valueType, rope);
      plan = MemoryPlan.of(model, options);
    }
    if (asked < model.contextLength() && c.contextSize == 0) {
      common.info(
          "jora: context cut from the model's %d to %d tokens to fit into memory; -c sets it",
          model.contextLength(), asked);
    }
    if (common.verbose) { // what it says takes some making
      common.detail(
          "memory: model %s + KV cache %s (%d tokens) + compute %s = %s, available %s",
          Units.bytes(plan.weights()),
          Units.bytes(plan.cache()),
          asked,
          Units.bytes(plan.compute()),
          Units.bytes(plan.total()),
          Units.bytes(available));
    }
    if (plan.total() > available) {
      throw new UserException(
          String.format(
              "%s needs %s (model %s, KV cache %s for %d tokens, compute %s) and the machine has"
                  + " %s left: use a smaller context (-c), a smaller KV cache (-ctk q8_0 -ctv"
                  + " q8_0) or a model of fewer bits",
              model.metadata().file(),
              Units.bytes(plan.total()),
              Units.bytes(plan.weights()),
              Units.bytes(plan.cache()),
              asked,
              Units.bytes(plan.compute()),
              Units.bytes(available)));
    }
    return options;
  }

  /** Refuses cache types of which a row of this model is no run of whole blocks. */
  static void checkCacheTypes(Model model, DecoderOptions options) {
    int k = model.hyperparameters().keyLength();
    int v = model.hyperparameters().valueLength();
    if (k % options.keyType().blockSize() != 0 || v % options.valueType().blockSize() != 0) {
      throw new UserException(
          "a KV cache of type q8_0 needs head sizes divisible by 32, this model has "
              + k
              + " and "
              + v
              + ": use -ctk f16 -ctv f16");
    }
  }

  /** A sampler chain over the model's vocabulary. */
  SamplerChain sampler(SamplingParams params) {
    try {
      return new SamplerChain(params, new VocabularyTexts(tokenizer, model.vocabularySize()));
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
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
