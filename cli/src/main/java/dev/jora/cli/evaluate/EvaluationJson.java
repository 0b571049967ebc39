package dev.jora.cli.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.quantize.evaluate.Distribution;
import dev.jora.quantize.evaluate.Estimate;

/** What the JSON objects of all modes of {@code perplexity} share. */
final class EvaluationJson {
  private EvaluationJson() {}

  /** An object that says what was measured. */
  static ObjectNode start(String mode, Evaluation evaluation) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("mode", mode);
    root.put("model", evaluation.model().toString());
    if (evaluation.text().file != null) {
      root.put("file", evaluation.text().file.toString());
    }
    return root;
  }

  /** How long it took, whole and pass by pass. */
  static void putTimes(ObjectNode node, ChunkRun run) {
    node.put("seconds", run.seconds());
    put(node, "tokens_per_second", run.times().speed());
    ArrayNode passes = node.putArray("pass_ns");
    run.times().nanos().forEach(passes::add);
  }

  /** A figure, and its error under {@code name_error}. */
  static void put(ObjectNode node, String name, Estimate estimate) {
    put(node, name, estimate.value());
    put(node, name + "_error", estimate.error());
  }

  /** A figure; null where there is none, for JSON has no NaN. */
  static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /** Percentiles by their percentage: {@code "99.9": 1.5}. */
  static void put(ObjectNode node, String name, Distribution all, double... percentages) {
    ObjectNode percentiles = node.putObject(name);
    for (double percentage : percentages) {
      String key = percentage == Math.rint(percentage) ? "" + (int) percentage : "" + percentage;
      percentiles.put(key, all.quantile(percentage / 100));
    }
  }
}
