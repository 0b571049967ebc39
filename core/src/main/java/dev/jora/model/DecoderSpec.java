package dev.jora.model;

import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Routing;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Xielu;
import dev.jora.model.block.AttentionSpec;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.block.BlockSpec;
import dev.jora.model.block.FeedForwardSpec;
import dev.jora.model.block.LatentSpec;
import dev.jora.model.block.LayerInputSpec;
import dev.jora.model.block.NormSpec;
import dev.jora.model.block.RopeSpec;
import dev.jora.model.block.SideBySideSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * A model's computation as data: the frame, and of each layer which sub-layers it has and with
 * which numbers, all read from the file. What its tensors decide by being there (biases, fused q, k
 * and v, experts, tied output) is not said here.
 *
 * @param rope how angles grow, where layers turn
 * @param layers one entry per layer, but for those behind the last that guess tokens further ahead
 * @param embedding how a text becomes one vector
 * @param required tensors of every layer that may not be missing, beyond those of its blocks
 */
public record DecoderSpec(
    FrameSpec frame,
    RopeKeys rope,
    List<LayerSpec> layers,
    EmbeddingSpec embedding,
    Set<String> required) {

  /** How positions enter the computation. */
  public enum Position {
    /** RoPE on pairs (2i, 2i + 1). */
    ROPE_NORM,
    /** RoPE on pairs (i, i + n_rot/2). */
    ROPE_NEOX,
    /** A table of embeddings, {@code position_embd.weight}. */
    LEARNED,
    /** Scores of earlier positions are lowered. */
    ALIBI,
    /** By the order of tokens alone. */
    NONE
  }

  /** The plain block with this kind of RoPE, to be changed where an architecture differs. */
  public static Builder plain(Hyperparameters h, Position position) {
    return new Builder(h, position);
  }

  /** Starts from the plain block. */
  public static final class Builder {
    private final Hyperparameters h;
    private final Position position;
    private Norm.Kind norm = Norm.Kind.RMS;
    private boolean preNorm = true;
    private boolean postNorm;
    private FrameSpec.Parallel parallel = FrameSpec.Parallel.NONE;
    private boolean behindAddition;
    private boolean encodes;
    private boolean causal;
    private Pooling ranked = Pooling.CLS;
    private Activation classifier;
    private boolean softmax;
    private String feedForwardNorm = "ffn_norm";
    private QkNorm qkNorm = QkNorm.NONE;
    private float temperature;
    private final int ahead;
    private boolean gatedHeads;
    private boolean normFirst = true;
    private float maxBias = 8;
    private boolean sinks;
    private boolean embeddingNorm;
    private String outputNorm = "output_norm";
    private int layerInputs;
    private boolean outputScales;
    private boolean valueNorm;
    private int sharedCaches;
    private int windowedKey;
    private int windowedValue;
    private int windowedTurned;
    private IntFunction<Xielu> xielu = il -> null;
    private Gate gate = Gate.of(Activation.SILU);
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
    private Routing.Gating gating = Routing.Gating.SOFTMAX;
    private boolean normalised = true;
    private float expertScale = 1;
    private int sharedExperts = 1;
    private boolean sideBySide;
    private IntFunction<BlockSpec> mixer = this::attention;
    private IntFunction<BlockSpec> feedForward = this::feedForward;
    private Set<String> required = Set.of();

    private Builder(Hyperparameters h, Position position) {
      this.h = h;
      this.position = position;
      this.causal = h.bool("attention.causal", true);
      this.encodes = !causal; // whatever the architecture is elsewhere
      int layers = h.integer("nextn_predict_layers", 0);
      this.ahead = h.within("nextn_predict_layers", layers, 0, h.blockCount() - 1);
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

    /**
     * Reads a text as a whole: every token sees all others. There is no output but the hidden
     * states.
     */
    public Builder encodes() {
      if (h.bool("attention.causal", false)) {
        throw h.fault("attention.causal", "false, as every token sees all others here", "true");
      }
      encodes = true;
      causal = false;
      return this;
    }

    /** Norms behind the additions only, none before the output. */
    public Builder normsBehindAddition() {
      preNorm = false;
      behindAddition = true;
      outputNorm = null;
      return this;
    }

    /**
     * How a text is scored, where the file has a classifier: otherwise by tanh and the first token.
     *
     * @param from which vector is scored
     * @param value the classifier's activation; null for tanh
     * @param probabilities scores are a softmax
     */
    public Builder ranks(Pooling from, Activation value, boolean probabilities) {
      ranked = from;
      classifier = value;
      softmax = probabilities;
      return this;
    }

    /** Both sub-layers side by side. */
    public Builder parallel() {
      parallel = FrameSpec.Parallel.ALL;
      return this;
    }

    /** Both sub-layers side by side where a layer has no norm before the feed-forward block. */
    public Builder parallelUnlessNormed() {
      parallel = FrameSpec.Parallel.UNNORMED;
      return this;
    }

    /** What the norm before the feed-forward block is called. */
    public Builder feedForwardNorm(String name) {
      feedForwardNorm = name;
      return this;
    }

    /** Norms of q and k. */
    public Builder qkNorm(QkNorm value) {
      qkNorm = value;
      return this;
    }

    /** Norms of q and k behind RoPE. */
    public Builder qkNormBehindRope() {
      qkNorm = QkNorm.REQUIRED;
      normFirst = false;
      return this;
    }

    /** Each head of q comes with a gate of what it sees. */
    public Builder gatedHeads() {
      gatedHeads = true;
      return this;
    }

    /** Queries grow with the logarithm of their position, counted in original contexts. */
    public Builder temperature(float value) {
      temperature = value;
      return this;
    }

    /** ALiBi's largest exponent. */
    public Builder maxBias(float value) {
      maxBias = value;
      return this;
    }

    /** Token embeddings are normalised. */
    public Builder embeddingNorm() {
      embeddingNorm = true;
      return this;
    }

    /** Every layer has {@code width} values of each token as an input of its own. */
    public Builder layerInputs(int width) {
      layerInputs = width;
      return this;
    }

    /** Layers may have a factor on their output. */
    public Builder outputScales() {
      outputScales = true;
      return this;
    }

    /** Heads of v are normalised, without weights; where a layer has no v, k is taken for it. */
    public Builder valueNorm() {
      valueNorm = true;
      return this;
    }

    /** The last layers look at what the last of their kind before them keeps. */
    public Builder sharedCaches(int layers) {
      sharedCaches = layers;
      return this;
    }

    /** Sizes of heads in windowed layers, and how many values of them turn. */
    public Builder windowedHeads(int key, int value, int turned) {
      windowedKey = key;
      windowedValue = value;
      windowedTurned = turned;
      return this;
    }

    /** What the norm before the output is called. */
    public Builder outputNorm(String name) {
      outputNorm = name;
      return this;
    }

    /** Activations with parameters for each layer, in blocks without a gate. */
    public Builder xielu(IntFunction<Xielu> value) {
      xielu = value;
      gated = false;
      return this;
    }

    /** Every head has a score beside those of its keys. */
    public Builder sinks() {
      sinks = true;
      return this;
    }

    /** act(gate x) ⊙ up x. */
    public Builder gated(Activation value) {
      return gated(Gate.of(value));
    }

    /** Gate and up meet in this way. */
    public Builder gated(Gate value) {
      gate = value;
      gated = true;
      return this;
    }

    /** act(up x). */
    public Builder ungated(Activation value) {
      gate = Gate.of(value);
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

    /** Factor on q·k; 0 for {@code attention.scale} or 1/√d. */
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
      window = h.within("attention.sliding_window", positions, 0, Integer.MAX_VALUE);
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
    public Builder experts(Routing.Gating value, boolean normalise, double scale) {
      gating = value;
      normalised = normalise;
      expertScale = (float) scale;
      return this;
    }

    /**
     * Experts as the keys {@code expert_gating_func}, {@code expert_weights_norm} and {@code
     * expert_weights_scale} have them.
     *
     * @param fallback where the file does not say how they are chosen; likewise {@code normalise}
     */
    public Builder expertsByKeys(Routing.Gating fallback, boolean normalise) {
      float scale = h.notNegative("expert_weights_scale", 0);
      return experts(
          switch (h.integer("expert_gating_func", 0)) {
            case 0 -> fallback;
            case 1 -> Routing.Gating.SOFTMAX;
            case 2 -> Routing.Gating.SIGMOID;
            case 3 -> Routing.Gating.SOFTMAX_OF_CHOSEN;
            default ->
                throw h.fault(
                    "expert_gating_func",
                    "1 (softmax), 2 (sigmoid) or 3 (softmax of those chosen)",
                    "" + h.integer("expert_gating_func"));
          },
          h.bool("expert_weights_norm", normalise),
          scale == 0 ? 1 : scale);
    }

    /** Experts that all tokens go through, side by side in one. */
    public Builder sharedExperts(int count) {
      sharedExperts = h.within("expert_shared_count", count, 0, 1 << 10);
      return this;
    }

    /** Experts stand beside dense blocks, each with norms of its own. */
    public Builder sideBySide() {
      sideBySide = h.expertCount() > 0;
      return this;
    }

    /** What looks at other tokens in each layer, where that is not the plain attention. */
    public Builder mixer(IntFunction<BlockSpec> value) {
      mixer = value;
      return this;
    }

    /** Layers have no feed-forward blocks. */
    public Builder withoutFeedForward() {
      feedForward = il -> null;
      return this;
    }

    /** Tensors of every layer that may not be missing. */
    public Builder require(String... names) {
      required = Set.of(names);
      return this;
    }

    /** How this model normalises. */
    public NormSpec norm() {
      return new NormSpec(
          norm,
          switch (norm) {
            case RMS -> h.positive("attention.layer_norm_rms_epsilon", 1e-5f);
            case LAYER -> h.positive("attention.layer_norm_epsilon", 1e-5f);
          });
    }

    /** How heads turn. */
    public RopeSpec rope(float ownBase, boolean magnitude) {
      return rope(h.ropeDimensions(), ownBase, magnitude);
    }

    private RopeSpec rope(int dimensions, float ownBase, boolean magnitude) {
      return new RopeSpec(position == Position.ROPE_NEOX, dimensions, ownBase, magnitude);
    }

    /** The plain attention of a layer. */
    public BlockSpec attention(int il) {
      boolean isWindowed = isWindowed(il);
      boolean own = isWindowed && windowedKey > 0;
      boolean ropes = position == Position.ROPE_NORM || position == Position.ROPE_NEOX;
      return new AttentionSpec(
          h.within("attention.head_count", h.headCount(il), 1, Integer.MAX_VALUE),
          h.within("attention.head_count_kv", h.headCountKv(il), 1, Integer.MAX_VALUE),
          own ? windowedKey : h.keyLength(),
          own ? windowedValue : h.valueLength(),
          attentionScale(),
          attentionSoftcap,
          isWindowed ? window : 0,
          causal,
          ropes && rotated.test(il)
              ? rope(
                  own ? windowedTurned : h.ropeDimensions(),
                  isWindowed ? windowedRopeBase : 0,
                  true)
              : null,
          qkNorm,
          gatedHeads,
          normFirst,
          valueNorm,
          sharedWith(il),
          position == Position.ALIBI ? maxBias : 0,
          temperature,
          h.originalContext(),
          sinks,
          norm());
    }

    private boolean isWindowed(int il) {
      return window > 0 && windowed.test(il);
    }

    /** The last layer of the same kind before those that share, or −1. */
    private int sharedWith(int il) {
      int first = h.blockCount() - sharedCaches;
      if (il < first) {
        return -1;
      }
      for (int other = first - 1; other >= 0; other--) {
        if (isWindowed(other) == isWindowed(il)) {
          return other;
        }
      }
      throw h.fault(
          "attention.shared_kv_layers", "a layer of each kind before them", "" + sharedCaches);
    }

    private float attentionScale() {
      float scale = attentionScale != 0 ? attentionScale : h.floating("attention.scale", 0);
      return scale != 0 ? scale : (float) (1 / Math.sqrt(h.keyLength()));
    }

    /** The plain feed-forward block of a layer. */
    public BlockSpec feedForward(int il) {
      int expertWidth = width("expert_feed_forward_length", h.feedForwardLength(il));
      int shared = Math.toIntExact(Math.min(1 << 24, (long) sharedExperts * expertWidth));
      FeedForwardSpec.Mixture experts =
          new FeedForwardSpec.Mixture(
              h.expertCount(),
              h.expertUsedCount(),
              expertWidth,
              width("expert_shared_feed_forward_length", shared),
              gating,
              h.expertGroupCount(),
              h.expertGroupUsedCount(),
              normalised,
              expertScale);
      FeedForwardSpec spec =
          new FeedForwardSpec(h.feedForwardLength(il), gate, gated, xielu.apply(il), experts);
      return sideBySide ? new SideBySideSpec(spec, norm()) : spec;
    }

    private int width(String key, int fallback) {
      return h.within(key, h.integer(key, fallback), 0, 1 << 24);
    }

    private Pooling pooling() {
      if (!h.contains("pooling_type")) {
        return null;
      }
      int id = h.integer("pooling_type");
      return id == -1
          ? null
          : Pooling.of(id)
              .orElseThrow(
                  () ->
                      h.fault("pooling_type", "0 none, 1 mean, 2 cls, 3 last or 4 rank", "" + id));
    }

    /** The finished description. */
    public DecoderSpec build() {
      FrameSpec frame =
          new FrameSpec(
              norm(),
              preNorm,
              postNorm,
              parallel,
              behindAddition,
              feedForwardNorm,
              outputNorm,
              position == Position.LEARNED,
              embeddingNorm,
              layerInputs,
              outputScales,
              embeddingScale,
              residualScale,
              finalSoftcap,
              logitScale,
              encodes);
      List<LayerSpec> layers = new ArrayList<>();
      for (int il = 0; il < h.blockCount() - ahead; il++) {
        BlockSpec input =
            layerInputs == 0 ? null : new LayerInputSpec(layerInputs, il, gate.activation());
        layers.add(new LayerSpec(mixer.apply(il), feedForward.apply(il), input));
      }
      if (!causal && layers.stream().anyMatch(layer -> layer.mixer() instanceof LatentSpec)) {
        throw h.fault("attention.causal", "true, as latent attention looks back only", "false");
      }
      EmbeddingSpec embedding =
          new EmbeddingSpec(pooling(), ranked, classifier, softmax, h.labels());
      return new DecoderSpec(frame, RopeKeys.of(h), List.copyOf(layers), embedding, required);
    }
  }
}
