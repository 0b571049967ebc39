package dev.jora.cli.common;

import dev.jora.backend.ProductObserver;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.Offload;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.adapter.Adaptation;
import java.nio.file.Path;

/**
 * What a session is opened with: what the command line says, or what a command makes of it.
 *
 * @param context all but the size of the context
 * @param contextSize in tokens; 0: the model's
 * @param gpus what GPUs take of the model; null: they are not looked for
 * @param precise true: batches keep activations to 16 bits, where the kernels can
 * @param observer of all products, or null
 * @param writes true: the model must be one that writes, and no encoder
 * @param sequences texts of a full context that memory is to have room for at once
 * @param adaptation what is added to the model
 */
public record SessionSettings(
    ModelOptions model,
    ContextOptions context,
    int contextSize,
    ThreadOptions threads,
    GpuOptions gpus,
    boolean precise,
    ProductObserver observer,
    boolean writes,
    int sequences,
    Adaptation.Wanted adaptation,
    CommonOptions common) {

  /** What the command line says. */
  public static SessionSettings of(
      ModelOptions model,
      ContextOptions context,
      ThreadOptions threads,
      GpuOptions gpus,
      CommonOptions common) {
    return new SessionSettings(
        model,
        context,
        context.contextSize(),
        threads,
        gpus,
        false,
        null,
        true,
        1,
        Adaptation.Wanted.NONE,
        common);
  }

  /** With another model. */
  public SessionSettings withModel(Path file) {
    return new SessionSettings(
        ModelOptions.of(file),
        context,
        contextSize,
        threads,
        gpus,
        precise,
        observer,
        writes,
        sequences,
        adaptation,
        common);
  }

  /** With a context of another size, 0 for the model's. */
  public SessionSettings withContextSize(int tokens) {
    return new SessionSettings(
        model,
        context,
        tokens,
        threads,
        gpus,
        precise,
        observer,
        writes,
        sequences,
        adaptation,
        common);
  }

  /** With activations of 16 bits in batches, or not. */
  public SessionSettings withPrecision(boolean wanted) {
    return new SessionSettings(
        model,
        context,
        contextSize,
        threads,
        gpus,
        wanted,
        observer,
        writes,
        sequences,
        adaptation,
        common);
  }

  /** With somebody who sees all products. */
  public SessionSettings withObserver(ProductObserver who) {
    return new SessionSettings(
        model,
        context,
        contextSize,
        threads,
        gpus,
        precise,
        who,
        writes,
        sequences,
        adaptation,
        common);
  }

  /** With memory for so many texts at once. */
  public SessionSettings withSequences(int texts) {
    return new SessionSettings(
        model,
        context,
        contextSize,
        threads,
        gpus,
        precise,
        observer,
        writes,
        texts,
        adaptation,
        common);
  }

  /** With other things added to the model. */
  public SessionSettings withAdaptation(Adaptation.Wanted added) {
    return new SessionSettings(
        model,
        context,
        contextSize,
        threads,
        gpus,
        precise,
        observer,
        writes,
        sequences,
        added,
        common);
  }

  /** For texts that are read only: an encoder will do. */
  public SessionSettings forReading() {
    return new SessionSettings(
        model,
        context,
        contextSize,
        threads,
        gpus,
        precise,
        observer,
        false,
        sequences,
        adaptation,
        common);
  }

  /**
   * The same as the engine takes it.
   *
   * @throws UserException if a number cannot be
   */
  LoadOptions load() {
    if (contextSize < 0) {
      throw UserException.usage("-c must be 0 (the model's context) or more, not " + contextSize);
    }
    return new LoadOptions(
            contextSize,
            context.pass(),
            context.keyType(),
            context.valueType(),
            context.rope(),
            threads.generation(),
            threads.prompts(),
            this::kernels,
            observer,
            gpus == null ? Offload.NONE : gpus.offload())
        .withSequences(sequences)
        .withAdaptation(adaptation);
  }

  private KernelSelector.Choice kernels() {
    KernelSelector.Choice choice = threads.choice();
    return precise
        ? new KernelSelector.Choice(choice.kernels().precise(), choice.reason())
        : choice;
  }
}
