package dev.jora.chat.tools;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tool that a model may call.
 *
 * @param name of letters, digits, {@code _}, {@code -} and {@code .}
 * @param description what it does; may be empty
 * @param parameters the JSON schema of its arguments
 * @param strict true: what of the schema cannot be enforced is an error
 * @param json all that was said of it, for chat templates
 */
public record Tool(
    String name,
    String description,
    Map<String, Object> parameters,
    boolean strict,
    Map<String, Object> json) {
  public Tool {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    json = Collections.unmodifiableMap(new LinkedHashMap<>(json));
  }

  /** The schemas of the parameters by name; empty if it names none. */
  @SuppressWarnings("unchecked") // keys of JSON are strings
  public Map<String, Object> properties() {
    return parameters.get("properties") instanceof Map<?, ?> properties
        ? (Map<String, Object>) properties
        : Map.of();
  }
}
