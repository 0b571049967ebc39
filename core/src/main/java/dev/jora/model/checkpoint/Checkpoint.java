package dev.jora.model.checkpoint;

import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a checkpoint becomes a model file, as far as its architecture says it.
 *
 * @param architecture {@code general.architecture}
 * @param layers number of them, those that guess ahead among them
 * @param ahead how many of them guess ahead, behind the others
 * @param experts number of them in each layer that has any; 0: none
 * @param early keys that stand before all but the architecture
 * @param keys in file order, {@code general.file_type} among them, which is set later
 * @param rules of tensors; several for a source that is split
 * @param extras vectors that no tensor of the checkpoint is the source of, by name; first in the
 *     file
 * @param scalars sources of each layer that are one key, an array, before all others
 * @param dropped sources that no model needs, named as in rules, with their ending
 * @param tokenizer its kind
 * @param vocabularySize tokens that the embeddings have; 0: what the tokenizer has
 */
public record Checkpoint(
    String architecture,
    int layers,
    int ahead,
    int experts,
    Map<String, GgufValue> early,
    Map<String, GgufValue> keys,
    List<TensorRule> rules,
    Map<String, float[]> extras,
    Map<String, String> scalars,
    Set<String> dropped,
    TokenizerKind tokenizer,
    int vocabularySize) {

  /** The key whose value is known when types are. */
  public static final String FILE_TYPE = "general.file_type";

  /** Where layers are, in most models. */
  public static final String LAYER = "model.layers.*.";

  /** The same with more rules; what they speak of is not dropped. */
  public Checkpoint with(List<TensorRule> more) {
    List<TensorRule> all = new ArrayList<>(rules);
    all.addAll(more);
    Set<String> rest = new TreeSet<>(dropped);
    more.forEach(rule -> rest.removeAll(Set.of(rule.source(), rule.source() + ".weight")));
    return new Checkpoint(
        architecture,
        layers,
        ahead,
        experts,
        early,
        keys,
        List.copyOf(all),
        extras,
        scalars,
        rest,
        tokenizer,
        vocabularySize);
  }

  /** A description of what most models have, to be changed to what one has. */
  public static Builder plain(String architecture, CheckpointConfig config) {
    return general(architecture, config).usual();
  }

  /** The keys that most models have, for one whose tensors are named like no other's. */
  public static Builder general(String architecture, CheckpointConfig config) {
    Builder builder = new Builder(architecture, config);
    builder.general();
    return builder;
  }

  /** Without any key or tensor, for a model that is like no other. */
  public static Builder bare(String architecture, CheckpointConfig config) {
    return new Builder(architecture, config);
  }

  /** Says how a checkpoint differs from the usual. */
  public static final class Builder {
    private final String architecture;
    private final CheckpointConfig config;
    private final RopeKeys rope;
    private int layers;
    private int ahead;
    private int experts;
    private final Map<String, GgufValue> early = new LinkedHashMap<>();
    private final Map<String, GgufValue> keys = new LinkedHashMap<>();
    private List<TensorRule> rules = new ArrayList<>();
    private final Map<String, float[]> extras = new LinkedHashMap<>();
    private final Map<String, String> scalars = new LinkedHashMap<>();
    private final Set<String> dropped = new TreeSet<>();
    private TokenizerKind tokenizer = TokenizerKind.BPE;
    private int vocabularySize;

    private Builder(String architecture, CheckpointConfig config) {
      this.architecture = architecture;
      this.config = config;
      this.rope = new RopeKeys(config);
      this.layers = config.within(512, 1, "n_layers", "num_hidden_layers", "n_layer", "num_layers");
      String[] experts = {
        "num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"
      };
      this.experts = config.has(experts) ? config.within(1024, 0, experts) : 0;
      this.vocabularySize = config.countOr(0, "vocab_size");
    }

    /** The configuration. */
    public CheckpointConfig config() {
      return config;
    }

    /** Number of layers, those that guess ahead among them. */
    public int layers() {
      return layers;
    }

    /**
     * Keeps the layers that guess further tokens: they are as the last one, and combine what it has
     * made with the embeddings of what was guessed.
     */
    public Builder ahead() {
      ahead = config.countOr(0, CheckpointConfig.AHEAD);
      if (ahead < 0 || ahead > layers) {
        throw new CheckpointException(
            "%s: expected 0 to %d, found %d"
                .formatted(String.join(" or ", CheckpointConfig.AHEAD), layers, ahead));
      }
      if (ahead == 0) {
        return this;
      }
      layers += ahead;
      integer("block_count", layers);
      for (String name : List.of("eh_proj", "enorm", "hnorm", "embed_tokens")) {
        layer(name, "nextn." + name);
      }
      layer("shared_head.norm", "nextn.shared_head_norm");
      return layer("shared_head.head", "nextn.shared_head_head");
    }

    /** Says how many layers guess ahead, if any do. */
    public Builder aheadKey() {
      return ahead > 0 ? integer("nextn_predict_layers", ahead) : this;
    }

    /** Number of experts in a layer that has any. */
    public int experts() {
      return experts;
    }

    // ---- keys ----------------------------------------------------------------------------------

    private void general() {
      integer("block_count", layers);
      integer(
          "context_length",
          "max_position_embeddings",
          "n_ctx",
          "n_positions",
          "max_length",
          "max_sequence_length",
          "model_max_length");
      integer("embedding_length", "hidden_size", "n_embd", "dim");
      integer(
          "feed_forward_length",
          "prefix_dense_intermediate_size",
          "dense_intermediate_size",
          "intermediate_size",
          "n_inner",
          "hidden_dim");
      integer("attention.head_count", "num_attention_heads", "n_head", "n_heads");
      integer("attention.head_count_kv", "num_key_value_heads", "n_kv_heads");
      if (!config.flag("is_causal", true)) {
        flag("attention.causal", false);
      }
      rope.into(this);
      number("attention.layer_norm_rms_epsilon", "rms_norm_eps", "norm_eps");
      number(
          "attention.layer_norm_epsilon", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon");
      integer("expert_count", "num_local_experts", "num_experts", "n_routed_experts");
      integer("expert_used_count", "num_experts_per_tok", "num_experts_per_token", "top_k_experts");
      integer("expert_group_count", "n_group");
      integer("expert_group_used_count", "topk_group");
      config
          .text(
              "score_function",
              "scoring_func",
              "score_func",
              "moe_router_activation",
              "moe_router_activation_func")
          .ifPresent(this::gating);
      if (config.has("head_dim")) {
        integer("attention.key_length", config.integer("head_dim"));
        integer("attention.value_length", config.integer("head_dim"));
      }
      keys.put(FILE_TYPE, new GgufValue.Int(GgufType.UINT32, 0));
    }

    private void gating(String function) {
      int id =
          switch (function) {
            case "softmax" -> 1;
            case "sigmoid" -> 2;
            case "sqrtsoftplus" -> 4;
            default ->
                throw new CheckpointException(
                    "scoring_func: expected softmax or sigmoid, found \"" + function + '"');
          };
      integer("expert_gating_func", id);
    }

    private String name(String key) {
      boolean shared = key.startsWith("general.") || key.startsWith("tokenizer.");
      return shared ? key : architecture + '.' + key;
    }

    /** True if {@code ARCHITECTURE.key} is set. */
    public boolean hasKey(String key) {
      return keys.containsKey(name(key));
    }

    /** Sets {@code ARCHITECTURE.key}. */
    public Builder key(String key, GgufValue value) {
      keys.put(name(key), value);
      return this;
    }

    /** Sets a key to a whole number. */
    public Builder integer(String key, long value) {
      if (value < 0 || value > 0xFFFFFFFFL) {
        throw new CheckpointException(key + ": expected 0 to 4294967295, found " + value);
      }
      return key(key, new GgufValue.Int(GgufType.UINT32, value));
    }

    /** Sets a key to what the configuration has under the first of these names, if any. */
    public Builder integer(String key, String... names) {
      return config.has(names) ? integer(key, config.integer(names)) : this;
    }

    /** Sets a key to a number. */
    public Builder number(String key, double value) {
      if (!Float.isFinite((float) value)) {
        throw new CheckpointException(key + ": expected a finite number, found " + value);
      }
      return key(key, new GgufValue.F32((float) value));
    }

    /** Sets a key to a number, before all other keys: the converter knows it with the tensors. */
    public Builder early(String key, double value) {
      early.put(name(key), new GgufValue.F32((float) value));
      return this;
    }

    /** Sets a key to what the configuration has under the first of these names, if any. */
    public Builder number(String key, String... names) {
      return config.has(names) ? number(key, config.number(names)) : this;
    }

    /** Sets a key to true or false. */
    public Builder flag(String key, boolean value) {
      return key(key, new GgufValue.Bool(value));
    }

    /** Sets a key to a text. */
    public Builder text(String key, String value) {
      return key(key, new GgufValue.Str(value));
    }

    /** Sets a key to texts. */
    public Builder texts(String key, List<String> values) {
      return key(key, new GgufValue.Strs(values));
    }

    /** Sets a key to numbers, one for each layer or part. */
    public Builder integers(String key, int... values) {
      return key(
          key, new GgufValue.Ints(GgufType.INT32, Arrays.stream(values).asLongStream().toArray()));
    }

    /** Sets a key to numbers, one for each layer. */
    public Builder numbers(String key, float... values) {
      return key(key, new GgufValue.F32s(values));
    }

    /** Says of each layer whether it is windowed, where {@code layer_types} has it so. */
    public Builder windowed(String type) {
      List<String> types = config.each("layer_types", layers - ahead);
      if (types.isEmpty()) {
        return this;
      }
      boolean[] windowed = new boolean[layers];
      for (int il = 0; il < Math.min(layers, types.size()); il++) {
        windowed[il] = types.get(il).equals(type);
      }
      return flags("attention.sliding_window_pattern", windowed);
    }

    /** Sets a key to true or false for each layer. */
    public Builder flags(String key, boolean... values) {
      return key(key, new GgufValue.Bools(values));
    }

    /**
     * Says whether the factors of chosen experts are divided by their sum, where that is not what
     * files of the architecture that do not say it mean.
     */
    public Builder normalised(boolean usual) {
      boolean own = config.flag("norm_topk_prob", usual);
      return own == usual ? this : flag("expert_weights_norm", own);
    }

    /** Takes a key away. */
    public Builder without(String key) {
      keys.remove(name(key));
      return this;
    }

    /** Takes all keys and begins anew, for a family whose converter has an order of its own. */
    public Builder withoutKeys() {
      keys.clear();
      return this;
    }

    /** Sets the key of the type, which has its place and gets its value later. */
    public Builder fileType() {
      keys.put(FILE_TYPE, new GgufValue.Int(GgufType.UINT32, 0));
      return this;
    }

    /** How the vectors of a text become one, where the folder says it. */
    public Builder pooled() {
      return integer("pooling_type", CheckpointConfig.POOLING);
    }

    // ---- tensors -------------------------------------------------------------------------------

    /** The names of tensors that most models have. */
    public Builder usual() {
      usualTensors();
      return this;
    }

    /**
     * Experts that are stacked in the checkpoint already, gate and up one behind the other.
     *
     * @param width of an expert
     */
    public Builder fusedExperts(int width) {
      return layer("mlp.experts.gate_up_proj", "ffn_gate_exps.weight", Change.range(1, 0, width))
          .layer(
              "mlp.experts.gate_up_proj", "ffn_up_exps.weight", Change.range(1, width, 2 * width))
          .layer("mlp.experts.down_proj", "ffn_down_exps.weight");
    }

    private void usualTensors() {
      global("model.embed_tokens", "token_embd");
      global("model.norm", "output_norm");
      global("lm_head", "output");
      layer("input_layernorm", "attn_norm");
      layer("self_attn.q_proj", "attn_q");
      layer("self_attn.k_proj", "attn_k");
      layer("self_attn.v_proj", "attn_v");
      layer("self_attn.o_proj", "attn_output");
      layer("self_attn.q_norm", "attn_q_norm");
      layer("self_attn.k_norm", "attn_k_norm");
      layer("post_attention_layernorm", "ffn_norm");
      layer("mlp.gate_proj", "ffn_gate");
      layer("mlp.up_proj", "ffn_up");
      layer("mlp.down_proj", "ffn_down");
      layer("mlp.gate", "ffn_gate_inp");
      layer("mlp.gate.e_score_correction", "exp_probs_b");
      for (String shared : List.of("mlp.shared_expert.", "mlp.shared_experts.")) {
        layer(shared + "gate_proj", "ffn_gate_shexp");
        layer(shared + "up_proj", "ffn_up_shexp");
        layer(shared + "down_proj", "ffn_down_shexp");
      }
      layer("mlp.shared_expert_gate", "ffn_gate_inp_shexp");
      experts("mlp.experts.#.down_proj", "ffn_down_exps");
      experts("mlp.experts.#.gate_proj", "ffn_gate_exps");
      experts("mlp.experts.#.up_proj", "ffn_up_exps");
    }

    /** A tensor that no layer has. */
    public Builder global(String source, String target, Change... changes) {
      return rule(source, target, 0, "", changes);
    }

    /** A tensor of each layer, its name behind {@code model.layers.N.}. */
    public Builder layer(String source, String target, Change... changes) {
      return rule(LAYER + source, "blk.*." + target, 0, "", changes);
    }

    /** Tensors of all experts of each layer, which become one; those of a layer stand together. */
    public Builder experts(String source, String target, Change... changes) {
      return rule(LAYER + source, "blk.*." + target, experts, "experts", changes);
    }

    /** Any rule. */
    public Builder rule(
        String source, String target, int stacked, String group, Change... changes) {
      rules.add(new TensorRule(source, target, stacked, group, List.of(changes)));
      return this;
    }

    /** Tensors that are counted by {@code #} and become one, {@code count} of them. */
    public Builder stack(String source, String target, int count) {
      return rule(source, target, count, "", new Change[0]);
    }

    /** Scalars of all layers that become one key, before all others. */
    public Builder scalars(String source, String key) {
      scalars.put(source, key);
      return this;
    }

    /** Sources may begin otherwise, too. */
    public Builder alsoNamed(String beginning, String usual) {
      List<TensorRule> more = new ArrayList<>();
      for (TensorRule rule : rules) {
        if (rule.source().startsWith(usual)) {
          more.add(
              new TensorRule(
                  beginning + rule.source().substring(usual.length()),
                  rule.target(),
                  rule.stacked(),
                  rule.group(),
                  rule.changes()));
        }
      }
      rules.addAll(more);
      dropped.addAll(
          dropped.stream()
              .filter(source -> source.startsWith(usual))
              .map(source -> beginning + source.substring(usual.length()))
              .toList());
      return this;
    }

    /** Makes a source into something else, or into several: its rules so far are forgotten. */
    public Builder instead(String source) {
      rules.removeIf(rule -> rule.source().equals(source));
      return this;
    }

    /** Lets a layer's source have another target, with these changes. */
    public Builder instead(String source, String target, Change... changes) {
      return instead(LAYER + source).layer(source, target, changes);
    }

    /** Changes what becomes of a target: of a layer if its name has no layer. */
    public Builder change(String target, Change... changes) {
      rules =
          new ArrayList<>(
              rules.stream()
                  .map(
                      rule ->
                          rule.target().equals(target) || rule.target().equals("blk.*." + target)
                              ? with(rule, changes)
                              : rule)
                  .toList());
      return this;
    }

    private static TensorRule with(TensorRule rule, Change... changes) {
      List<Change> all = new ArrayList<>(rule.changes());
      all.addAll(List.of(changes));
      return new TensorRule(rule.source(), rule.target(), rule.stacked(), rule.group(), all);
    }

    /** Adds 1 to the weights of all norms but these targets: {@code output_norm}. */
    public Builder normsPlusOne(String... but) {
      Set<String> without =
          Arrays.stream(but).flatMap(t -> Stream.of(t, "blk.*." + t)).collect(Collectors.toSet());
      rules =
          new ArrayList<>(
              rules.stream()
                  .map(
                      rule ->
                          rule.target().endsWith("norm") && !without.contains(rule.target())
                              ? with(rule, new Change.Add(1))
                              : rule)
                  .toList());
      return this;
    }

    /** Renames sources, as in models whose layers stand elsewhere. */
    public Builder sources(UnaryOperator<String> names) {
      rules =
          new ArrayList<>(
              rules.stream()
                  .map(
                      rule ->
                          new TensorRule(
                              names.apply(rule.source()),
                              rule.target(),
                              rule.stacked(),
                              rule.group(),
                              rule.changes()))
                  .toList());
      return this;
    }

    /** A vector that is computed. */
    public Builder extra(String name, float[] values) {
      extras.put(name, values);
      return this;
    }

    /** A tensor that is not needed, with its ending. */
    public Builder drop(String source) {
      dropped.add(source);
      return this;
    }

    /** The number of experts, where the configuration has it under a name of its own. */
    public Builder experts(int count) {
      this.experts = count;
      return this;
    }

    // ---- tokenizer -----------------------------------------------------------------------------

    /** Which files its tokenizer is of. */
    public Builder tokenizer(TokenizerKind kind) {
      this.tokenizer = kind;
      return this;
    }

    /** The tokenizer is filled up to a multiple of this. */
    public Builder paddedVocabulary(int multiple) {
      this.vocabularySize = (vocabularySize + multiple - 1) / multiple * multiple;
      return this;
    }

    /** Embeddings beyond the tokenizer's last token are cut off. */
    public Builder vocabularyOfTokenizer() {
      this.vocabularySize = 0;
      return this;
    }

    /** The description. */
    public Checkpoint build() {
      if (!hasKey("pooling_type")) {
        pooled();
      }
      return new Checkpoint(
          architecture,
          layers,
          ahead,
          experts,
          new LinkedHashMap<>(early),
          new LinkedHashMap<>(keys),
          List.copyOf(rules),
          new LinkedHashMap<>(extras),
          new LinkedHashMap<>(scalars),
          Set.copyOf(dropped),
          tokenizer,
          vocabularySize);
    }
  }
}
