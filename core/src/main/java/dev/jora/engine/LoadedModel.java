package dev.jora.engine;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.CudaException;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarTokens;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.adapter.Adaptation;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A model ready to run: file, tokenizer, threads, and the context that memory has room for. What it
 * makes (decoders, sequences, chats) works until it is closed, and not after. For one thread.
 */
public final class LoadedModel implements AutoCloseable {
  private final Parts parts;
  private final DecoderOptions options;
  private final OffloadPlan plan;
  private final Offload settled;
  private final LoadListener listener;
  private boolean closed;

  private LoadedModel(Parts parts, Fit fit, LoadListener listener) {
    this.listener = listener;
    this.parts = parts;
    this.options = fit.options();
    this.plan = fit.plan();
    this.settled = fit.settled();
    parts.gpus.settle(plan, options);
    parts.users++;
  }

  /** What models of one file share; the last that is closed closes it. */
  private static final class Parts {
    private final GgufFile file;
    private final Model model;
    private final Tokenizer tokenizer;
    private final KernelSelector.Choice kernels;
    private final WorkPool single;
    private final WorkPool batch;
    private final CpuBackend backend;
    private final Gpus gpus;
    private int users;
    private final Map<BitSet, GrammarTokens> grammarTokens = new HashMap<>(); // by what is shown

    Parts(
        GgufFile file,
        Model model,
        Tokenizer tokenizer,
        KernelSelector.Choice kernels,
        Gpus gpus,
        LoadOptions load) {
      this.file = file;
      this.gpus = gpus;
      this.model = model;
      this.tokenizer = tokenizer;
      this.kernels = kernels;
      int processors = Runtime.getRuntime().availableProcessors();
      int threads = load.threads() > 0 ? load.threads() : processors;
      int many = load.batchThreads() > 0 ? load.batchThreads() : threads;
      this.single = new WorkPool(threads);
      this.batch = many == threads ? single : new WorkPool(many);
      this.backend = new CpuBackend(kernels.kernels(), single, batch, load.observer());
    }

    void close() {
      gpus.close();
      backend.close();
      if (batch != single) {
        batch.close();
      }
      single.close();
      file.close();
    }
  }

  /**
   * Opens a GGUF file; of a split model its first part.
   *
   * @throws GgufException if it is no model that can be run
   * @throws MemoryException if it does not fit into the machine's memory
   * @throws OffloadException if GPUs cannot take what they are asked to
   * @throws DecoderOptions.Unfit if the cache's types do not go with the model
   */
  public static LoadedModel open(Path path, LoadOptions load) {
    // Most of the time to the first token is code that runs for the first time: in two threads.
    CompletableFuture<KernelSelector.Choice> kernels =
        CompletableFuture.supplyAsync(load.kernels());
    GgufFile file = GgufFile.open(path);
    Gpus gpus = null;
    try {
      CompletableFuture<Tokenizer> tokenizer =
          CompletableFuture.supplyAsync(() -> Tokenizer.from(file.metadata()));
      Model model = Model.of(file);
      boolean watched = load.observer() != null;
      gpus =
          watched ? Gpus.none("what is watched is computed on the CPU") : Gpus.open(load.offload());
      Adaptation adaptation = model.read(load.adaptation());
      Fit fit = Fit.of(path, model, adaptation, load, gpus);
      Tokenizer words = checked(joined(tokenizer), model);
      Parts parts = new Parts(file, model, words, joined(kernels), gpus, load);
      return new LoadedModel(parts, fit, load.listener());
    } catch (Throwable e) {
      if (gpus != null) {
        gpus.close();
      }
      file.close();
      throw e;
    }
  }

  /**
   * The same model once more, with a context and cache types of its own: file, tokenizer, threads
   * and weights are shared, and go with the last that is closed.
   *
   * @param load what it says of threads, kernels, observers, GPUs and what is added to the model is
   *     that of the first
   * @throws MemoryException as {@link #open} does; likewise {@link DecoderOptions.Unfit}
   */
  public LoadedModel again(LoadOptions load) {
    requireOpen();
    LoadOptions same = load.withOffload(settled);
    Adaptation added = options.adaptation();
    Fit fit = Fit.of(parts.model.metadata().file(), parts.model, added, same, parts.gpus);
    return new LoadedModel(parts, fit, load.listener());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
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

  /** The model: its numbers, tensors and metadata. */
  public Model model() {
    return parts.model;
  }

  /** Text to ids and back. */
  public Tokenizer tokenizer() {
    return parts.tokenizer;
  }

  /** How its decoders are set up. */
  public DecoderOptions options() {
    return options;
  }

  /** Bytes that one decoder takes with its sequences, whose contexts are full, wherever. */
  public MemoryPlan memory() {
    return plan.total();
  }

  /** What of it is where. */
  public OffloadPlan plan() {
    return plan;
  }

  /** Why no GPU takes part; empty if some may. */
  public String gpuAbsence() {
    return parts.gpus.absence();
  }

  /** The kernel set it runs on, and why that one. */
  public KernelSelector.Choice kernels() {
    return parts.kernels;
  }

  /** The threads for prompts; not while a pass runs. */
  public WorkPool prompts() {
    return parts.batch;
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

  /**
   * A decoder with options of its own, for contexts that {@link #options} have room for.
   *
   * @throws CudaException if a GPU fails, or somebody else has taken its memory; likewise whatever
   *     the decoder does
   */
  public Decoder decoder(DecoderOptions own) {
    requireOpen();
    Placement placement = plan.placement().on(b -> b == null ? parts.backend : b);
    return new Decoder(parts.model, placement, own, new LoadTally(plan, listener));
  }

  /**
   * A sampler chain over the model's vocabulary.
   *
   * @throws IllegalArgumentException if a parameter does not go with the vocabulary
   */
  public SamplerChain sampler(SamplingParams params) {
    return new SamplerChain(
        params, new VocabularyTexts(parts.tokenizer, parts.model.vocabularySize()));
  }

  /**
   * A grammar over the model's vocabulary, for texts in which control tokens are shown.
   *
   * @throws dev.jora.grammar.GrammarException if it cannot be used, with line and column
   */
  public CompiledGrammar compile(Grammar grammar) {
    return compile(grammar, parts.tokenizer.vocab().hidden());
  }

  /**
   * Likewise for texts that show only some of them: see {@link GrammarTokens}.
   *
   * @param shown ids of control tokens that are shown
   */
  public CompiledGrammar compile(Grammar grammar, BitSet shown) {
    GrammarTokens tokens =
        parts.grammarTokens.computeIfAbsent(
            (BitSet) shown.clone(), s -> new GrammarTokens(parts.tokenizer, s::get));
    return new CompiledGrammar(grammar, tokens);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      parts.users--;
      if (parts.users == 0) {
        parts.close();
      }
    }
  }
}
