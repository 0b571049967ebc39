package dev.jora.cli;

import dev.jora.backend.ProductObserver;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.MemoryException;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.Collectors;

/** A model opened for a command: what the command line asked for, and what is said about it. */
final class Session implements AutoCloseable {
  private final LoadedModel loaded;
  final Model model;
  final Tokenizer tokenizer;
  final DecoderOptions options;

  private Session(LoadedModel loaded) {
    this.loaded = loaded;
    this.model = loaded.model();
    this.tokenizer = loaded.tokenizer();
    this.options = loaded.options();
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
    LoadOptions load = load(context, threads, observer);
    try {
      LoadedModel loaded = LoadedModel.open(model.path(), load);
      tell(loaded, context, common);
      return new Session(loaded);
    } catch (MemoryException e) {
      throw tooLarge(e);
    }
  }

  private static LoadOptions load(
      ContextOptions context, ThreadOptions threads, ProductObserver observer) {
    if (context.contextSize < 0) {
      throw UserException.usage(
          "-c must be 0 (the model's context) or more, not " + context.contextSize);
    }
    return new LoadOptions(
        context.contextSize,
        context.pass(),
        context.keyType,
        context.valueType,
        context.rope(),
        threads.generation(),
        threads.prompts(),
        threads::choice,
        observer);
  }

  private static void tell(LoadedModel loaded, ContextOptions asked, CommonOptions common) {
    Model model = loaded.model();
    warnOfUnused(model, common);
    int context = loaded.options().contextSize();
    if (context > model.contextLength()) {
      common.warn(
          "a context of %d is more than the %d the model was trained for",
          context, model.contextLength());
    } else if (context < model.contextLength() && asked.contextSize == 0) {
      common.info(
          "jora: context cut from the model's %d to %d tokens to fit into memory; -c sets it",
          model.contextLength(), context);
    }
    KernelSelector.Choice kernels = loaded.kernels();
    common.detail("kernels: %s (%s)", kernels.kernels().name(), kernels.reason());
    if (common.verbose) { // what it says takes some making
      MemoryPlan plan = loaded.memory();
      common.detail(
          "memory: model %s + KV cache %s (%d tokens) + compute %s = %s",
          Units.bytes(plan.weights()),
          Units.bytes(plan.cache()),
          context,
          Units.bytes(plan.compute()),
          Units.bytes(plan.total()));
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
            "%s needs %s (model %s, KV cache %s for %d tokens, compute %s) and the machine has"
                + " %s left: use a smaller context (-c), a smaller KV cache (-ctk q8_0 -ctv"
                + " q8_0) or a model of fewer bits",
            e.file(),
            Units.bytes(plan.total()),
            Units.bytes(plan.weights()),
            Units.bytes(plan.cache()),
            e.contextSize(),
            Units.bytes(plan.compute()),
            Units.bytes(e.available())),
        e);
  }

  /** A decoder for passes of at most {@code tokens} tokens, if the user wants no shorter ones. */
  Decoder decoder(int tokens) {
    return loaded.decoder(tokens);
  }

  /** A decoder with options of its own, for contexts that the session's options have room for. */
  Decoder decoder(DecoderOptions own) {
    return loaded.decoder(own);
  }

  /** The threads for prompts; not while a pass runs. */
  WorkPool prompts() {
    return loaded.prompts();
  }

  /** A sampler chain over the model's vocabulary. */
  SamplerChain sampler(SamplingParams params) {
    try {
      return loaded.sampler(params);
    } catch (IllegalArgumentException e) {
      throw new UserException(Flags.message(e), e);
    }
  }

  @Override
  public void close() {
    loaded.close();
  }
}
