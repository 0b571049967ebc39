package dev.jora.serve.dialect;

import dev.jora.serve.write.Whole;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times as llama-server tells of them. */
final class Timing {
  private Timing() {}

  static Map<String, Object> of(Whole whole) {
    int read = whole.promptTokens() - whole.cached();
    double promptMillis = whole.promptNanos() / 1e6;
    double drawnMillis = whole.drawnNanos() / 1e6;
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cache_n", whole.cached());
    json.put("prompt_n", read);
    json.put("prompt_ms", promptMillis);
    json.put("prompt_per_token_ms", each(promptMillis, read));
    json.put("prompt_per_second", each(1e3 * read, promptMillis));
    json.put("predicted_n", whole.drawn());
    json.put("predicted_ms", drawnMillis);
    json.put("predicted_per_token_ms", each(drawnMillis, whole.drawn()));
    json.put("predicted_per_second", each(1e3 * whole.drawn(), drawnMillis));
    return json;
  }

  private static double each(double all, double n) {
    return n == 0 ? 0 : all / n;
  }
}
