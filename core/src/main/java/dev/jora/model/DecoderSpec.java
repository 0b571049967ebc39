package dev.jora.model;

import dev.jora.backend.Experts;
import dev.jora.backend.Norm;
import dev.jora.kernel.Activation;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What differs between decoder architectures, as data. The plain block is Llama's: x += attention
 * of norm(x), x += feed-forward of norm(x). What the tensors of a file decide by being there
 * (biases, fused q, k and v, experts, tied output) is not said here.
 *
 * @param norm how rows are normalised
 * @param position how positions enter
 * @param preNorm {@code attn_norm} and {@code ffn_norm} stand before their sub-layers
 * @param postNorm {@code post_attention_norm} and {@code post_ffw_norm} stand before the additions
 * @param parallel attention and feed-forward both start from the layer's input
 * @param qkNorm norms of q and k before RoPE; of each head, or of the row if so long
 * @param activation of the feed-forward block
 * @param gated the feed-forward block has a gate: act(gate x) ⊙ up x
 * @param embeddingScale factor on token embeddings
 * @param residualScale factor on what sub-layers add
 * @param attentionScale factor on q·k; 0 for 1/√d
 * @param attentionSoftcap cap of scores, 0 for none
 * @param finalSoftcap cap of logits, 0 for none
 * @param logitScale factor on logits
 * @param window positions that windowed layers see; 0 for no windows
 * @param windowed which layers are windowed
 * @param windowedRopeBase RoPE base of windowed layers, unscaled; 0 for that of all
 * @param rotated which layers use RoPE
 * @param expertGating how router outputs become probabilities
 * @param expertsNormalised probabilities of the chosen experts are divided by their sum
 * @param expertScale factor on them
 * @param required tensors of every layer that may not be missing, beyond the plain block's
 */
public record DecoderSpec(
    Norm.Kind norm,
    Position position,
    boolean preNorm,
    boolean postNorm,
    boolean parallel,
    QkNorm qkNorm,
    Activation activation,
    boolean gated,
    float embeddingScale,
    float residualScale,
    float attentionScale,
    float attentionSoftcap,
    float finalSoftcap,
    float logitScale,
    int window,
    IntPredicate windowed,
    float windowedRopeBase,
    IntPredicate rotated,
    Experts.Gating expertGating,
    boolean expertsNormalised,
    float expertScale,
    Set<String> required) {

  /** How positions enter the computation. */
  public enum Position {
    /** RoPE on pairs (2i, 2i + 1). */
    ROPE_NORM,
    /** RoPE on pairs (i, i + n_rot/2). */
    ROPE_NEOX,
    /** A table of embeddings, {@code position_embd.weight}. */
    LEARNED
  }

  /** Norms of q and k. */
  public enum QkNorm {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /** True if layer {@code il} sees a window only. */
  public boolean isWindowed(int il) {
    return window > 0 && windowed.test(il);
  }

  /** The plain block with this kind of RoPE, to be changed where an architecture differs. */
  public static Builder plain(Position position) {
    return new Builder(position);
  }

  /** Starts from the plain block. */
  public static final class Builder {
    private final Position position;
    private Norm.Kind norm = Norm.Kind.RMS;
    private boolean preNorm = true;
    private boolean postNorm;
    private boolean parallel;
    private QkNorm qkNorm = QkNorm.NONE;
    private Activation activation = Activation.SILU;
    private boolean gated = true;
    private float embeddingScale = 1;
    private float residualScale = 1;
    private float attentionScale;
    private float attentionSoftcap;
    private float finalSoftcap;
    private float logitScale = 1;
    private int window;
    private IntPredicate windowed = il -> false;
    private float windowedRopeBase;
    private IntPredicate rotated = il -> true;
    private Experts.Gating expertGating = Experts.Gating.SOFTMAX;
    private boolean expertsNormalised = true;
    private float expertScale = 1;
    private Set<String> required = Set.of();

    private Builder(Position position) {
      this.position = position;
    }

    /** Layer norms (mean and variance) in place of RMS norms. */
    public Builder layerNorm() {
      norm = Norm.Kind.LAYER;
      return this;
    }

    /** Norms after the sub-layers as well. */
    public Builder postNorm() {
      postNorm = true;
      return this;
    }

    /** Norms after the sub-layers only. */
    public Builder postNormOnly() {
      preNorm = false;
      postNorm = true;
      return this;
    }

    /** Attention and feed-forward side by side. */
    public Builder parallel() {
      parallel = true;
      return this;
    }

    /** Norms of q and k. */
    public Builder qkNorm(QkNorm value) {
      qkNorm = value;
      return this;
    }

    /** act(gate x) ⊙ up x. */
    public Builder gated(Activation value) {
      activation = value;
      gated = true;
      return this;
    }

    /** act(up x). */
    public Builder ungated(Activation value) {
      activation = value;
      gated = false;
      return this;
    }

    /** Factor on token embeddings. */
    public Builder embeddingScale(double value) {
      embeddingScale = (float) value;
      return this;
    }

    /** Factor on what sub-layers add. */
    public Builder residualScale(double value) {
      residualScale = (float) value;
      return this;
    }

    /** Factor on q·k; 0 for 1/√d. */
    public Builder attentionScale(double value) {
      attentionScale = (float) value;
      return this;
    }

    /** Caps of scores and logits; 0 for none. */
    public Builder softcaps(double attention, double logits) {
      attentionSoftcap = (float) attention;
      finalSoftcap = (float) logits;
      return this;
    }

    /** Factor on logits. */
    public Builder logitScale(double value) {
      logitScale = (float) value;
      return this;
    }

    /** Layers that see only the last {@code positions} positions. */
    public Builder window(int positions, IntPredicate layers) {
      window = positions;
      windowed = layers;
      return this;
    }

    /** RoPE base of windowed layers. */
    public Builder windowedRopeBase(double value) {
      windowedRopeBase = (float) value;
      return this;
    }

    /** Layers that use RoPE. */
    public Builder rotated(IntPredicate layers) {
      rotated = layers;
      return this;
    }

    /** How experts are weighted. */
    public Builder experts(Experts.Gating gating, boolean normalised, double scale) {
      expertGating = gating;
      expertsNormalised = normalised;
      expertScale = (float) scale;
      return this;
    }

    /** Tensors of every layer that may not be missing. */
    public Builder require(String... names) {
      required = Set.of(names);
      return this;
    }

    /** The finished description. */
    public DecoderSpec build() {
      return new DecoderSpec(
          norm,
          position,
          preNorm,
          postNorm,
          parallel,
          qkNorm,
          activation,
          gated,
          embeddingScale,
          residualScale,
          attentionScale,
          attentionSoftcap,
          finalSoftcap,
          logitScale,
          window,
          windowed,
          windowedRopeBase,
          rotated,
          expertGating,
          expertsNormalised,
          expertScale,
          required);
    }
  }
}
