package dev.jora.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.NamePattern;
import dev.jora.convert.source.SourceException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An {@code adapter_config.json}.
 *
 * @param file its name
 * @param base {@code base_model_name_or_path}
 * @param alpha {@code lora_alpha}
 * @param rank {@code r}; 0 where it is not said
 * @param rootRank true if the scale is alpha / √rank (rsLoRA), not alpha / rank
 * @param alphas other alphas by module
 * @param ranks other ranks by module
 * @param decomposed true for DoRA
 * @param tied true if what adapts the embeddings adapts the output of a model that ties them
 */
record PeftConfig(
    String file,
    Optional<String> base,
    double alpha,
    int rank,
    boolean rootRank,
    Map<String, Double> alphas,
    Map<String, Double> ranks,
    boolean decomposed,
    boolean tied) {

  /** Settings that change what the matrices mean, and how. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "use_qalora", "its inputs are pooled",
          "use_bdlora", "its matrices are of blocks",
          "lora_bias", "it has biases of its own",
          "layer_replication", "it is for a model with layers that come twice",
          "target_parameters", "it adapts experts that are one tensor",
          "trainable_token_indices", "it has embeddings of some tokens",
          "alora_invocation_tokens", "it works from some tokens on only",
          "arrow_config", "it chooses among several adapters",
          "kasa_config", "it changes the weights of the base, too",
          "monteclora_config", "its matrices are drawn anew");

  /** Beginnings that change the base's weights before the training begins. */
  private static final Set<String> RESIDUAL = Set.of("pissa", "olora", "corda", "loftq", "lora_ga");

  private static final String WITH_PEFT =
      "merge it with PEFT (merge_and_unload) and convert the model";

  /**
   * Reads it.
   *
   * @param file its name
   * @throws SourceException if it is no LoRA adapter's, or of a kind that jora does not know
   */
  static PeftConfig of(String file, JsonNode json) {
    String type = json.path("peft_type").asText("");
    if (!type.equals("LORA")) {
      throw new SourceException(
          "%s: peft_type: expected LORA, found %s; jora knows no other adapters: %s"
              .formatted(file, type.isEmpty() ? "none" : type, WITH_PEFT));
    }
    REFUSED.forEach(
        (key, why) -> {
          if (isSet(json.path(key))) {
            throw new SourceException(
                "%s: %s is set: %s, which jora does not know; %s"
                    .formatted(file, key, why, WITH_PEFT));
          }
        });
    String begun = json.path("init_lora_weights").asText("");
    if (RESIDUAL.stream().anyMatch(begun::startsWith)) {
      throw new SourceException(
          "%s: init_lora_weights is %s, which changes the weights of the base, too; save it with PEFT"
                  .formatted(file, begun)
              + " as a plain adapter (path_initial_model_for_weight_conversion)");
    }
    double rank = json.hasNonNull("r") ? number(file, "r", json.path("r")) : 0;
    return new PeftConfig(
        file,
        Optional.ofNullable(json.path("base_model_name_or_path").textValue())
            .filter(name -> !name.isBlank()),
        number(file, "lora_alpha", json.path("lora_alpha")),
        json.hasNonNull("r") ? rank(file, "r", rank) : 0,
        json.path("use_rslora").asBoolean(false),
        numbers(file, "alpha_pattern", json),
        numbers(file, "rank_pattern", json),
        json.path("use_dora").asBoolean(false),
        json.path("ensure_weight_tying").asBoolean(false));
  }

  private static boolean isSet(JsonNode node) {
    return node.isContainerNode()
        ? !node.isEmpty()
        : !node.isMissingNode() && !node.isNull() && !(node.isBoolean() && !node.booleanValue());
  }

  private static double number(String file, String key, JsonNode node) {
    if (!node.isNumber() || !Float.isFinite((float) node.doubleValue())) {
      throw new SourceException(
          "%s: %s: expected a number, found %s"
              .formatted(file, key, node.isMissingNode() ? "none" : node));
    }
    return node.doubleValue();
  }

  private static int rank(String file, String key, double rank) {
    if (rank < 1 || rank != (int) rank) {
      throw new SourceException(
          "%s: %s: expected a whole number of 1 or more, found %s".formatted(file, key, rank));
    }
    return (int) rank;
  }

  private static Map<String, Double> numbers(String file, String key, JsonNode json) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    json.path(key)
        .properties()
        .forEach(
            each ->
                numbers.put(
                    each.getKey().replace("(?P<", "(?<"), // as Python writes it
                    number(file, key + ", " + each.getKey(), each.getValue())));
    return numbers;
  }

  /** By what B·A is multiplied in a module. */
  double scale(String module, int rank) {
    double own = find("alpha_pattern", alphas, module).orElse(alpha);
    return own / (rootRank ? Math.sqrt(rank) : rank);
  }

  /**
   * Checks that a module's matrices have the rank that is said.
   *
   * @throws SourceException otherwise
   */
  void requireRank(String module, long found) {
    double said = find("rank_pattern", ranks, module).orElse((double) rank);
    if (said != found && said != 0) {
      throw new SourceException(
          "%s: module %s: expected matrices of rank %s, found %d; the files are of two adapters"
              .formatted(file, module, Double.toString(said).replaceFirst("\\.0$", ""), found));
    }
  }

  private Optional<Double> find(String key, Map<String, Double> patterns, String module) {
    return patterns.entrySet().stream()
        .filter(each -> NamePattern.endsWith(file + ": " + key, each.getKey(), module))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
