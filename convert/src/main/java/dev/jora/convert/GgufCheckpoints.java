package dev.jora.convert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.model.Model;
import dev.jora.model.arch.Architectures;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the checkpoint became a file that a model file was made of, as far as its keys say it. */
final class GgufCheckpoints {
  /** Keys of an architecture, and what {@code config.json} calls them. */
  private static final Map<String, List<String>> NAMES =
      Map.ofEntries(
          Map.entry("block_count", List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers")),
          Map.entry("context_length", List.of("max_position_embeddings", "n_positions", "n_ctx")),
          Map.entry("embedding_length", List.of("hidden_size", "n_embd")),
          Map.entry("feed_forward_length", List.of("intermediate_size", "n_inner")),
          Map.entry("attention.head_count", List.of("num_attention_heads", "n_head", "n_heads")),
          Map.entry("attention.head_count_kv", List.of("num_key_value_heads", "num_kv_heads")),
          Map.entry("attention.key_length", List.of("head_dim")),
          Map.entry("expert_count", List.of("num_local_experts", "num_experts", "n_routed_experts")),
          Map.entry("expert_used_count", List.of("num_experts_per_tok")),
          Map.entry("expert_feed_forward_length", List.of("moe_intermediate_size")),
          Map.entry("expert_shared_feed_forward_length", List.of("shared_expert_intermediate_size")),
          Map.entry("attention.layer_norm_rms_epsilon", List.of("rms_norm_eps", "norm_eps")),
          Map.entry("attention.layer_norm_epsilon", List.of("layer_norm_eps", "layer_norm_epsilon")),
          Map.entry("rope.freq_base", List.of("rope_theta")));

  private GgufCheckpoints() {}

  /** One for each class that becomes such files, where the keys say enough. */
  static List<Checkpoint> of(Model model) {
    String architecture = model.hyperparameters().architecture();
    List<Checkpoint> all = new ArrayList<>();
    for (String name : Architectures.checkpointClasses()) {
      try {
        Checkpoint checkpoint = Architectures.checkpoint(config(model, name));
        if (checkpoint.architecture().equals(architecture)) {
          all.add(checkpoint);
        }
      } catch (CheckpointException e) {
        // of another class
      }
    }
    return all;
  }

  private static CheckpointConfig config(Model model, String name) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add(name);
    json.put("vocab_size", model.vocabularySize());
    json.put("tie_word_embeddings", !model.tensors().containsKey("output.weight"));
    GgufMetadata metadata = model.metadata();
    NAMES.forEach(
        (key, names) ->
            metadata
                .get(model.hyperparameters().architecture() + "." + key)
                .ifPresent(value -> names.forEach(each -> put(json, each, value))));
    return CheckpointConfig.of(json);
  }

  private static void put(ObjectNode json, String name, GgufValue value) {
    switch (value) {
      case GgufValue.Int(_, long number) -> json.put(name, number);
      case GgufValue.F32(float number) -> json.put(name, number);
      default -> {
        // of each layer
      }
    }
  }
}
