package dev.jora.serve.dialect;

import dev.jora.serve.write.Event;
import dev.jora.serve.write.Whole;
import java.util.LinkedHashMap;
import java.util.Map;

/** How far a prompt has been read, as llama-server tells of it. */
final class Progress {
  private Progress() {}

  static Map<String, Object> of(Event.Progress e, Whole whole) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("total", whole.promptTokens());
    json.put("cache", whole.cached());
    json.put("processed", whole.cached() + e.read());
    json.put("time_ms", whole.nanos() / 1_000_000);
    return json;
  }
}
