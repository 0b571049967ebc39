package dev.jora.chat.tools;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What a parameter may be where text is written as it is, without quotes. */
enum ParameterKind {
  /** Text only. */
  TEXT,
  /** Text or something else: what is JSON is that. */
  EITHER,
  /** JSON only. */
  JSON;

  private static final int DEEPEST = 20;

  boolean isText() {
    return this == TEXT;
  }

  static ParameterKind of(Tool tool, String parameter) {
    return of(tool.properties().get(parameter), tool.parameters(), 0);
  }

  /**
   * The kind of a schema's values.
   *
   * @param root the schema that references of this one are resolved in
   */
  static ParameterKind of(Object schema, Map<String, Object> root, int depth) {
    if (!(schema instanceof Map<?, ?> map) || depth > DEEPEST) {
      return EITHER;
    }
    if (map.get("$ref") instanceof String reference) {
      return of(resolved(reference, root), root, depth + 1);
    }
    if (map.containsKey("const")) {
      return ofValues(List.of(map.get("const") == null ? List.of() : map.get("const")));
    }
    if (map.get("enum") instanceof List<?> values) {
      return ofValues(values);
    }
    if (map.get("type") instanceof String type) {
      return type.equals("string") ? TEXT : JSON;
    }
    if (map.get("type") instanceof List<?> types) {
      return !types.contains("string") ? JSON : types.size() == 1 ? TEXT : EITHER;
    }
    for (String word : List.of("anyOf", "oneOf")) {
      if (map.get(word) instanceof List<?> schemas && !schemas.isEmpty()) {
        return joined(schemas.stream().map(s -> of(s, root, depth + 1)).toList());
      }
    }
    boolean text = map.containsKey("pattern") || map.containsKey("format");
    return text ? TEXT : EITHER;
  }

  private static ParameterKind ofValues(Collection<?> values) {
    return joined(values.stream().map(v -> v instanceof String ? TEXT : JSON).toList());
  }

  private static ParameterKind joined(List<ParameterKind> kinds) {
    return kinds.stream().distinct().count() == 1 ? kinds.getFirst() : EITHER;
  }

  /** What a reference within the schema means, or null. */
  private static Object resolved(String reference, Map<String, Object> root) {
    if (!reference.startsWith("#/")) {
      return null;
    }
    Object at = root;
    for (String step : reference.substring(2).split("/")) {
      String key = step.replace("~1", "/").replace("~0", "~");
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at;
  }
}
