package dev.jora.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/** Renders templates for tests. */
final class Render {
  /** What {@code strftime_now} sees in the golden files. */
  static final LocalDateTime NOW = LocalDateTime.of(2025, 7, 26, 12, 0);

  private static final ObjectMapper JSON = new ObjectMapper();

  private Render() {}

  /** Variables whose strings are data. */
  static Map<String, Value> variables(JsonNode json) {
    Map<String, Value> variables = new LinkedHashMap<>();
    json.properties()
        .forEach(
            entry -> {
              Object plain = JSON.convertValue(entry.getValue(), Object.class);
              variables.put(entry.getKey(), Value.of(plain, false));
            });
    return variables;
  }

  /** Variables written as JSON, single quotes for double ones. */
  static Map<String, Value> variables(String json) {
    try {
      return variables(JSON.readTree(json.replace('\'', '"')));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Text text(String template, String variables) {
    return Template.parse(template).render(variables(variables), NOW, Limits.DEFAULT);
  }

  static String string(String template) {
    return text(template, "{}").string();
  }
}
