package dev.jora.cli.common;

import dev.jora.engine.Embedder;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.MemoryException;
import dev.jora.engine.Offload;
import dev.jora.engine.OffloadPlan;
import dev.jora.exec.MachineMemory;
import dev.jora.exec.WorkPool;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Pooling;
import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.LoraAdapter;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tokenizer.Tokenizer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A model opened for a command: what the command line asked for, and what is said about it. */
public final class Session implements AutoCloseable {
  private final LoadedModel loaded;
  private final LoadProgress progress;

  private Session(LoadedModel loaded, LoadProgress progress) {
    this.loaded = loaded;
    this.progress = progress;
  }

  /** Opens a model as the command line says, having checked that the machine has the memory. */
  public static Session open(
      ModelOptions model,
      ContextOptions context,
      ThreadOptions threads,
      GpuOptions gpus,
      CommonOptions common) {
    return open(SessionSettings.of(model, context, threads, gpus, common));
  }

  /** Likewise, as a command makes it of that. */
  public static Session open(SessionSettings settings) {
    LoadProgress progress = new LoadProgress(settings.common());
    LoadOptions load = settings.load().withListener(progress);
    try {
      LoadedModel loaded = LoadedModel.open(settings.model().path(), load);
      if (settings.writes() && !loaded.model().writes()) {
        try (loaded) {
          throw encoder(loaded.model());
        }
      }
      tell(loaded, settings);
      return new Session(loaded, progress);
    } catch (MemoryException e) {
      throw tooLarge(e);
    }
  }

  /** What is said of an encoder to who wants more than vectors of it. */
  public static UserException encoder(Model model) {
    String architecture = model.hyperparameters().architecture();
    String key = architecture + ".attention.causal";
    return new UserException(
        model.metadata().file()
            + " is an encoder ("
            + architecture
            + "), which reads texts and writes none"
            + (model.metadata().bool(key, true) ? "" : ", as " + key + " is false")
            + ": jora embed makes vectors with it"
            + (model.head().scores() ? ", and jora rerank scores" : ""));
  }

  private static void tell(LoadedModel loaded, SessionSettings settings) {
    CommonOptions common = settings.common();
    Model model = loaded.model();
    warnOfUnused(model, common);
    if (model.layersAhead() > 0) {
      common.info(
          "jora: layers that guess further tokens ahead are not run: the last %d of %d",
          model.layersAhead(), model.hyperparameters().blockCount());
    }
    int context = loaded.options().contextSize();
    if (context > model.contextLength()) {
      common.warn(
          "a context of %d is more than the %d the model was trained for",
          context, model.contextLength());
    } else if (context < model.contextLength() && settings.contextSize() == 0) {
      common.info(
          "jora: context cut from the model's %d to %d tokens to fit into memory; -c sets it",
          model.contextLength(), context);
    }
    Adaptation added = loaded.options().adaptation();
    for (int i = 0; i < added.adapters().size(); i++) {
      LoraAdapter adapter = added.adapters().get(i);
      common.detail(
          "adapter: %s, scale %s, %d tensors",
          adapter.file(), added.scales().get(i), adapter.pairs().size());
    }
    KernelSelector.Choice kernels = loaded.kernels();
    common.detail("kernels: %s (%s)", kernels.kernels().name(), kernels.reason());
    if (common.isVerbose()) { // what it says takes some making
      MemoryPlan plan = loaded.memory();
      common.detail(
          "memory: model %s + KV cache %s (%s tokens) + compute %s = %s",
          Units.bytes(plan.weights()),
          Units.bytes(plan.cache()),
          loaded.options().contextTokens(),
          Units.bytes(plan.compute()),
          Units.bytes(plan.total()));
    }
    tellOfGpus(loaded, settings);
  }

  private static void tellOfGpus(LoadedModel loaded, SessionSettings settings) {
    CommonOptions common = settings.common();
    OffloadPlan plan = loaded.plan();
    if (plan.moved() > 0 && (settings.gpus().layers != Offload.AUTO || common.isVerbose())) {
      common.info(
          "jora: %d of %d layers are on GPUs: layers that share a cache stay together",
          plan.gpuLayers(), plan.layers());
    }
    if (plan.gpus().isEmpty()) {
      common.detail("GPU: none: %s", loaded.gpuAbsence());
    } else if (common.isVerbose()) {
      common.detail("GPU: %d of %d layers, the output being one", plan.gpuLayers(), plan.layers());
      MemoryTable.of(plan).forEach(line -> common.detail("%s", line));
    }
  }

  /** One line, however many there are. */
  private static void warnOfUnused(Model model, CommonOptions common) {
    List<String> names = model.unused();
    if (!names.isEmpty()) {
      String shown =
          names.stream().limit(3).map(Text::plain).collect(Collectors.joining(", "))
              + (names.size() > 3 ? ", ..." : "");
      common.warn(
          names.size() == 1
              ? "%d tensor of %s is not used: %s"
              : "%d tensors of %s are not used: %s",
          names.size(),
          model.metadata().file(),
          shown);
    }
  }

  /** With the units and the flags of the command line. */
  private static UserException tooLarge(MemoryException e) {
    MemoryPlan plan = e.plan();
    return new UserException(
        String.format(
            "%s needs %s (model %s, KV cache %s for %s tokens, compute %s) and the machine has"
                + " %s left: use a smaller context (-c), a smaller KV cache (-ctk q8_0 -ctv"
                + " q8_0) or a model of fewer bits",
            e.file(),
            Units.bytes(plan.total()),
            Units.bytes(plan.weights()),
            Units.bytes(plan.cache()),
            e.options().contextTokens(),
            Units.bytes(plan.compute()),
            Units.bytes(e.available())),
        e);
  }

  /** What is open, for who closes it in place of this session. */
  public LoadedModel loaded() {
    return loaded;
  }

  /** The model. */
  public Model model() {
    return loaded.model();
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return loaded.tokenizer();
  }

  /** The size of the context and of a pass, and what the KV cache holds. */
  public DecoderOptions options() {
    return loaded.options();
  }

  /**
   * Refuses a second text beside one that memory was counted for.
   *
   * @throws UserException if there is no room for as long a one
   */
  public void requireSecond() {
    long needed = loaded.plan().host().cache();
    long available = MachineMemory.available();
    if (options().sequences() == 1 && needed > available) {
      throw new UserException(
          String.format(
              "a second context of %d tokens needs %s and the machine has %s left: use a smaller"
                  + " context (-c)",
              options().contextSize(), Units.bytes(needed), Units.bytes(available)));
    }
  }

  /** A decoder for passes of at most {@code tokens} tokens, if the user wants no shorter ones. */
  public Decoder decoder(int tokens) {
    return watched(() -> loaded.decoder(tokens));
  }

  /** A decoder with options of its own, for contexts that the session's options have room for. */
  public Decoder decoder(DecoderOptions own) {
    return watched(() -> loaded.decoder(own));
  }

  /**
   * What makes vectors of texts, by a pooling or, for null, the file's.
   *
   * @throws dev.jora.gguf.GgufException if texts are to be scored and the file has no classifier
   */
  public Embedder embedder(Pooling pooling) {
    return watched(() -> new Embedder(loaded, pooling));
  }

  /** Takes the line of progress away before anybody says what went wrong. */
  private <T> T watched(Supplier<T> loading) {
    try {
      return loading.get();
    } finally {
      progress.clear();
    }
  }

  /** The threads for prompts; not while a pass runs. */
  public WorkPool prompts() {
    return loaded.prompts();
  }

  /** A sampler chain over the model's vocabulary. */
  public SamplerChain sampler(SamplingParams params) {
    try {
      return loaded.sampler(params);
    } catch (IllegalArgumentException e) {
      throw new UserException(Flags.message(e), e);
    }
  }

  /**
   * A grammar over the model's vocabulary.
   *
   * @param shown ids of control tokens that are shown; others come only where a grammar asks for
   *     tokens
   * @throws dev.jora.grammar.GrammarException if it cannot be used, with line and column
   */
  public CompiledGrammar compile(Grammar grammar, BitSet shown) {
    return loaded.compile(grammar, shown);
  }

  @Override
  public void close() {
    loaded.close();
  }
}
