package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.testing.Shared;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that no model can have are refused by their key, not by what becomes of them. */
class HostileKeysTest {
  private static String message(String model, String key, GgufValue value) {
    try (GgufFile file = GgufFile.open(Shared.golden("architectures/" + model + "/model.gguf"))) {
      Map<String, GgufValue> values = new LinkedHashMap<>(file.metadata().values());
      values.put(key, value);
      GgufMetadata metadata = new GgufMetadata(file.metadata().file(), values);
      return assertThrows(
              GgufException.class,
              () -> {
                Model opened = Model.of(metadata, file.tensors());
                RopeOptions.of(opened.hyperparameters(), RopeOptions.Overrides.NONE);
              })
          .getMessage();
    }
  }

  private static void assertRefused(String model, String key, GgufValue value) {
    String message = message(model, key, value);
    assertTrue(message.contains("key " + key + ": expected"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "gptoss, gpt-oss.attention.head_count_kv, -1",
    "gptoss, gpt-oss.attention.sliding_window, -1",
    "gptoss, gpt-oss.expert_group_count, -1",
    "gptoss, gpt-oss.expert_group_used_count, -4",
    "gptoss, gpt-oss.expert_feed_forward_length, -1",
    "gptoss, gpt-oss.expert_feed_forward_length, 2147483647",
    "gptoss, gpt-oss.expert_shared_feed_forward_length, -3",
    "gptoss, gpt-oss.rope.scaling.original_context_length, 0",
    "gptoss, gpt-oss.rope.scaling.original_context_length, -1",
    "gemma2, gemma2.attention.sliding_window, -1",
    "deepseek2, deepseek2.expert_shared_count, -1",
    "deepseek2, deepseek2.expert_shared_count, 2147483647",
    "deepseek2, deepseek2.attention.value_length_mla, 0",
    "deepseek2, deepseek2.attention.value_length_mla, -1",
    "glm4moe, glm4moe.expert_shared_count, -1",
    "gemma4, gemma4.attention.value_length_swa, 0",
    "gemma4, gemma4.attention.value_length_swa, -1",
    "gemma4, gemma4.rope.dimension_count_swa, 3",
    "ministral3, mistral3.rope.scaling.original_context_length, 0"
  })
  void integers(String model, String key, int value) {
    assertRefused(model, key, new GgufValue.Int(GgufType.INT32, value));
  }

  @ParameterizedTest
  @CsvSource({
    "rope.scaling.factor, -1",
    "rope.scale_linear, -1",
    "rope.scaling.attn_factor, 0",
    "rope.scaling.yarn_attn_factor, -1",
    "rope.scaling.yarn_beta_fast, 0",
    "rope.scaling.yarn_beta_fast, -1",
    "rope.scaling.yarn_beta_slow, 0",
    "rope.scaling.yarn_log_multiplier, NaN"
  })
  void numbers(String key, float value) {
    for (String model : new String[] {"llama", "deepseek2"}) {
      assertRefused(model, model + "." + key, new GgufValue.F32(value));
    }
  }
}
