package dev.jora.chat.tools;

import dev.jora.grammar.schema.JsonSchema;
import dev.jora.grammar.schema.SchemaException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rules for the JSON that the schemas of tools allow. */
final class ToolSchemas {
  private ToolSchemas() {}

  /**
   * Rules for all arguments, which are an object whatever the schema says of that.
   *
   * @param rule the name of the rule; others begin with it and a hyphen
   */
  static String arguments(String rule, Tool tool) {
    Map<String, Object> schema = new LinkedHashMap<>(tool.parameters());
    schema.putIfAbsent("type", "object");
    return rules(rule, tool, schema);
  }

  /** Rules for one of them. */
  static String parameter(String rule, Tool tool, String parameter) {
    return rules(rule, tool, schema(tool, parameter));
  }

  /** A parameter's schema with what references of it may speak of. */
  static Map<String, Object> schema(Tool tool, String parameter) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (tool.properties().get(parameter) instanceof Map<?, ?> own) {
      own.forEach((key, value) -> schema.put(key.toString(), value));
    }
    for (String definitions : new String[] {"$defs", "definitions"}) {
      if (tool.parameters().containsKey(definitions)) {
        schema.putIfAbsent(definitions, tool.parameters().get(definitions));
      }
    }
    return schema;
  }

  /** The place of what makes the grammar of a tool's arguments large; see {@link JsonSchema}. */
  static String largest(Tool tool) {
    return JsonSchema.largest(ToolJson.tree(tool.parameters()), reading(tool));
  }

  private static JsonSchema.Reading reading(Tool tool) {
    return new JsonSchema.Reading(!tool.strict(), true);
  }

  private static String rules(String rule, Tool tool, Map<String, Object> schema) {
    try {
      return JsonSchema.rules(rule, ToolJson.tree(schema), reading(tool));
    } catch (SchemaException e) {
      throw new ToolsException("tool '" + tool.name() + "': " + e.getMessage(), e);
    }
  }
}
