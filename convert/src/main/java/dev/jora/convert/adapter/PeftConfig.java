package dev.jora.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.SourceException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An {@code adapter_config.json}.
 *
 * @param alpha {@code lora_alpha}
 * @param rootRank true if the scale is alpha / √rank (rsLoRA), not alpha / rank
 * @param alphas other alphas by module
 * @param fanInFanOut true if the base's matrices are transposed (GPT-2's Conv1D)
 * @param decomposed true for DoRA
 */
record PeftConfig(
    double alpha,
    boolean rootRank,
    Map<Pattern, Double> alphas,
    boolean fanInFanOut,
    boolean decomposed) {

  /**
   * Reads it.
   *
   * @param name of the file
   * @throws SourceException if it is no LoRA adapter's
   */
  static PeftConfig of(String name, JsonNode json) {
    String type = json.path("peft_type").asText("");
    if (!type.equals("LORA")) {
      throw new SourceException(
          "%s: peft_type: expected LORA, found %s; jora knows no other adapters"
              .formatted(name, type.isEmpty() ? "none" : type));
    }
    for (String unknown : new String[] {"use_qalora", "use_bdlora", "lora_bias"}) {
      if (json.path(unknown).asBoolean(false)) {
        throw new SourceException(
            "%s: %s: expected false, found true, which changes what the adapter means"
                .formatted(name, unknown));
      }
    }
    double alpha = json.path("lora_alpha").asDouble(Double.NaN);
    if (!Double.isFinite(alpha)) {
      throw new SourceException(
          "%s: lora_alpha: expected a number, found %s".formatted(name, json.path("lora_alpha")));
    }
    return new PeftConfig(
        alpha,
        json.path("use_rslora").asBoolean(false),
        alphas(name, json.path("alpha_pattern")),
        json.path("fan_in_fan_out").asBoolean(false),
        json.path("use_dora").asBoolean(false));
  }

  private static Map<Pattern, Double> alphas(String name, JsonNode patterns) {
    Map<Pattern, Double> alphas = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : patterns.properties()) {
      try {
        alphas.put(Pattern.compile("(.*\\.)?(" + each.getKey() + ")"), each.getValue().asDouble());
      } catch (PatternSyntaxException e) {
        throw new SourceException(
            "%s: alpha_pattern: %s is no regular expression".formatted(name, each.getKey()), e);
      }
    }
    return alphas;
  }

  /** By what B·A is multiplied in a module. */
  double scale(String module, int rank) {
    double own =
        alphas.entrySet().stream()
            .filter(each -> each.getKey().matcher(module).matches())
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(alpha);
    return own / (rootRank ? Math.sqrt(rank) : rank);
  }
}
