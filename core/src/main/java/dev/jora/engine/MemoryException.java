package dev.jora.engine;

import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import java.nio.file.Path;

/** A model that the machine has no memory for. */
public final class MemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final transient MemoryPlan plan;
  private final transient DecoderOptions options;
  private final long available;

  /** A model of {@code file} whose plan with options is above what is available, in bytes. */
  public MemoryException(Path file, MemoryPlan plan, DecoderOptions options, long available) {
    super(
        String.format(
            "%s needs %d bytes (model %d, KV cache %d for %s tokens, compute %d) and the machine"
                + " has %d left: use a smaller context, a smaller type of KV cache or a model of"
                + " fewer bits",
            file,
            plan.total(),
            plan.weights(),
            plan.cache(),
            options.contextTokens(),
            plan.compute(),
            available));
    this.file = file.toString();
    this.plan = plan;
    this.options = options;
    this.available = available;
  }

  /** The file of the model. */
  public String file() {
    return file;
  }

  /** What it would take. */
  public MemoryPlan plan() {
    return plan;
  }

  /** Tokens of context that the plan is for. */
  public int contextSize() {
    return options.contextSize();
  }

  /** The options that the plan is for. */
  public DecoderOptions options() {
    return options;
  }

  /** Bytes that the machine had left. */
  public long available() {
    return available;
  }
}
