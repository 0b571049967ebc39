package dev.jora.chat.tools;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A tool called by a model.
 *
 * @param id what the result will name; unlike any other of the conversation
 * @param name the tool's
 * @param arguments a JSON object as text
 */
public record ToolCall(String id, String name, String arguments) {
  public ToolCall {
    Objects.requireNonNull(id);
    Objects.requireNonNull(name);
    Objects.requireNonNull(arguments);
  }

  /** In the shape of OpenAI's API, which has the arguments as a string. */
  public Map<String, Object> json() {
    return json(arguments);
  }

  /** As chat templates want it: the arguments as values. */
  public Map<String, Object> templateJson() {
    return json(values());
  }

  private Map<String, Object> json(Object arguments) {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", name);
    function.put("arguments", arguments);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("type", "function");
    json.put("function", function);
    return json;
  }

  /** The arguments as maps, lists, strings, numbers and the like; as text if they are no JSON. */
  public Object values() {
    return ToolJson.isObject(arguments) ? ToolJson.read(arguments) : arguments;
  }
}
