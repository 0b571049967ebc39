package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.engine.Timings;
import dev.jora.sampling.Logprobs;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** What {@code run --json} prints. */
final class RunJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RunJson() {}

  /**
   * A generation; {@code chosen} and {@code tops} are empty unless log-probabilities are wanted.
   */
  static ObjectNode generation(
      int[] promptIds,
      RunText run,
      List<Logprobs.Entry> chosen,
      List<List<Logprobs.Entry>> tops,
      IntFunction<String> pieces) {
    ObjectNode root = NODES.objectNode();
    root.set("prompt_ids", ids(promptIds));
    root.set("ids", ids(run.ids()));
    root.put("text", run.text());
    if (run.reasoning() != null) {
      root.put("reasoning", run.reasoning());
    }
    if (!run.calls().isEmpty()) {
      ArrayNode calls = root.putArray("tool_calls");
      run.calls().forEach(call -> calls.addPOJO(call.json()));
    }
    if (!chosen.isEmpty()) {
      ArrayNode steps = root.putArray("logprobs");
      for (int i = 0; i < chosen.size(); i++) {
        ObjectNode step = entry(steps.addObject(), chosen.get(i), pieces);
        ArrayNode top = step.putArray("top");
        tops.get(i).forEach(e -> entry(top.addObject(), e, pieces));
      }
    }
    root.put("stop", run.stop().name().toLowerCase(Locale.ROOT));
    if (run.stopWord() != null) {
      root.put("stop_word", run.stopWord());
    }
    Timings t = run.timings();
    ObjectNode timings = root.putObject("timings");
    timings.put("cache_n", t.cachedTokens());
    timings.put("prompt_n", t.promptTokens());
    timings.put("prompt_ms", t.promptNanos() / 1e6);
    timings.put("prompt_per_second", t.promptPerSecond());
    timings.put("predicted_n", t.evalRuns());
    timings.put("predicted_ms", t.evalNanos() / 1e6);
    timings.put("predicted_per_second", t.evalPerSecond());
    timings.put("sample_n", t.sampledTokens());
    timings.put("sample_ms", t.sampleNanos() / 1e6);
    return root;
  }

  /** The likeliest next tokens. */
  static ObjectNode next(int[] promptIds, List<Logprobs.Entry> top, IntFunction<String> pieces) {
    ObjectNode root = NODES.objectNode();
    root.set("prompt_ids", ids(promptIds));
    ArrayNode next = root.putArray("next");
    for (Logprobs.Entry e : top) {
      next.addObject()
          .put("id", e.id())
          .put("piece", pieces.apply(e.id()))
          .put("logit", e.logit())
          .put("prob", e.probability());
    }
    return root;
  }

  private static ObjectNode entry(ObjectNode node, Logprobs.Entry e, IntFunction<String> pieces) {
    return node.put("id", e.id()).put("piece", pieces.apply(e.id())).put("logprob", e.logprob());
  }

  static ArrayNode ids(int[] ids) {
    ArrayNode array = NODES.arrayNode(ids.length);
    for (int id : ids) {
      array.add(id);
    }
    return array;
  }
}
