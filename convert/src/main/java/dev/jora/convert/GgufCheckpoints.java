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
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How the checkpoint became a file that a model file was made of, as far as its keys say it. */
final class GgufCheckpoints {
  /** Keys of an architecture, and what {@code config.json} calls them, as words. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("block_count", "num_hidden_layers n_layer n_layers num_layers"),
          Map.entry("context_length", "max_position_embeddings n_positions n_ctx"),
          Map.entry("embedding_length", "hidden_size n_embd"),
          Map.entry("feed_forward_length", "intermediate_size n_inner"),
          Map.entry("attention.head_count", "num_attention_heads n_head n_heads"),
          Map.entry("attention.head_count_kv", "num_key_value_heads num_kv_heads"),
          Map.entry("attention.key_length", "head_dim"),
          Map.entry("attention.sliding_window", "sliding_window"),
          Map.entry("attention.q_lora_rank", "q_lora_rank"),
          Map.entry("attention.kv_lora_rank", "kv_lora_rank"),
          Map.entry("attention.value_length_mla", "v_head_dim"),
          Map.entry("rope.dimension_count", "qk_rope_head_dim rotary_dim"),
          Map.entry("rope.freq_base", "rope_theta"),
          Map.entry("expert_count", "num_local_experts num_experts n_routed_experts"),
          Map.entry("expert_used_count", "num_experts_per_tok moe_topk"),
          Map.entry("expert_shared_count", "n_shared_experts num_shared_expert"),
          Map.entry("expert_feed_forward_length", "moe_intermediate_size"),
          Map.entry(
              "expert_shared_feed_forward_length",
              "shared_expert_intermediate_size shared_intermediate_size"),
          Map.entry("ssm.conv_kernel", "conv_kernel mamba_d_conv linear_conv_kernel_dim"),
          Map.entry("ssm.inner_size", "mamba_d_ssm"),
          Map.entry("ssm.state_size", "state_size mamba_d_state linear_key_head_dim"),
          Map.entry("ssm.group_count", "n_groups mamba_n_groups linear_num_key_heads"),
          Map.entry(
              "ssm.time_step_rank",
              "time_step_rank num_heads mamba_n_heads linear_num_value_heads"),
          Map.entry("shortconv.l_cache", "conv_L_cache"),
          Map.entry("logit_scale", "logit_scale"),
          Map.entry("attention.layer_norm_rms_epsilon", "rms_norm_eps norm_eps"),
          Map.entry("attention.layer_norm_epsilon", "layer_norm_eps layer_norm_epsilon"));

  private GgufCheckpoints() {}

  /** One for each class that becomes such files, where the keys say enough. */
  static List<Checkpoint> of(Model model) {
    String architecture = model.hyperparameters().architecture();
    List<Checkpoint> all = new ArrayList<>();
    for (String name : Architectures.classes()) {
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
    String prefix = model.hyperparameters().architecture() + ".";
    NAMES.forEach(
        (key, names) ->
            metadata
                .get(prefix + key)
                .ifPresent(
                    value -> {
                      for (String each : names.split(" ")) {
                        put(json, each, value);
                      }
                    }));
    int turned = metadata.integer(prefix + "rope.dimension_count", 0);
    int latent = metadata.integer(prefix + "attention.key_length_mla", 0);
    int inner = metadata.integer(prefix + "ssm.inner_size", 0);
    int steps = metadata.integer(prefix + "ssm.time_step_rank", 0);
    if (latent > turned) {
      json.put("qk_nope_head_dim", latent - turned);
    }
    if (steps > 0) {
      json.put("linear_value_head_dim", inner / steps);
      json.put("mamba_d_head", inner / steps);
    }
    json.put("new_decoder_architecture", json.path("num_kv_heads").asInt() > 1); // Falcon's
    return CheckpointConfig.of(json);
  }

  private static void put(ObjectNode json, String name, GgufValue value) {
    switch (value) {
      case GgufValue.Int(_, long number) -> json.put(name, number);
      case GgufValue.F32(float number) -> json.put(name, number);
      case GgufValue.Ints(_, long[] each) -> json.put(name, Arrays.stream(each).max().orElse(0));
      default -> {
        // of each layer
      }
    }
  }
}
