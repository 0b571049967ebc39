package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.HeadedCall;
import dev.jora.chat.tools.CallSyntax.IdPlace;
import dev.jora.chat.tools.CallSyntax.JsonCall;
import dev.jora.chat.tools.CallSyntax.TaggedCall;
import dev.jora.chat.tools.ToolFormat.Several;
import dev.jora.grammar.FreeText;
import dev.jora.grammar.GbnfText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules for calls of single tools. */
final class CallGrammar {
  /** The rest of gpt-oss's headers. */
  private static final String HEADER =
      "( \" \"? \"<|channel|>\" [a-z]+ )? \" \"? ( \"<|constrain|>\"? \"json\" )?";

  /** Keywords of schemas that say nothing of which texts are allowed. */
  private static final Set<String> NOT_OF_TEXTS =
      Set.of(
          "type",
          "description",
          "title",
          "default",
          "examples",
          "$defs",
          "definitions",
          "$comment");

  private final String rule;
  private final ToolFormat format;
  private final StringBuilder rules = new StringBuilder();
  private int count;

  CallGrammar(String rule, ToolFormat format) {
    this.rule = rule;
    this.format = format;
  }

  String rules() {
    return rules.toString();
  }

  /** Adds rules for a call of a tool; returns the name of that which is the call. */
  String add(Tool tool) {
    String name = rule + "-tool-" + count++;
    String body =
        switch (format.call()) {
          case JsonCall json -> object(json, tool, name);
          case HeadedCall headed ->
              head(headed.head(), tool)
                  + " "
                  + arguments(tool, name)
                  + " "
                  + marker(headed.tail(), Map.of(), false);
          case TaggedCall tagged ->
              head(tagged.head(), tool)
                  + " "
                  + parameters(tagged, tool, name)
                  + " "
                  + marker(tagged.tail(), Map.of(), false);
        };
    rules.append(name).append(" ::= ").append(body).append('\n');
    return name;
  }

  private String ws() {
    return " " + rule + "-space ";
  }

  /** The schema's JSON. */
  private String arguments(Tool tool, String name) {
    rules.append(ToolSchemas.arguments(name + "-args", tool));
    return name + "-args";
  }

  private String object(JsonCall json, Tool tool, String name) {
    String arguments = arguments(tool, name);
    List<String> pairs = new ArrayList<>();
    if (json.idPlace() == IdPlace.FIRST) {
      pairs.add(pair(json.idKey(), "\"\\\"\" [0-9]{1,10} \"\\\"\""));
    }
    if (json.nameKey().isEmpty()) {
      pairs.add(pair(tool.name(), arguments));
    } else {
      pairs.add(pair(json.nameKey(), GbnfText.literal("\"" + tool.name() + "\"")));
      pairs.add(pair(json.argumentsKey(), arguments));
    }
    String comma = ws() + "\",\"" + ws();
    String id = pair(json.idKey(), "\"\\\"\" " + id() + " \"\\\"\"");
    String last =
        switch (json.idPlace()) {
          case LAST -> comma + id;
          case MAYBE_LAST -> " (" + comma + id + " )?";
          case NONE, FIRST -> "";
        };
    return "\"{\"" + ws() + String.join(comma, pairs) + last + ws() + "\"}\"";
  }

  private String pair(String key, String value) {
    return GbnfText.literal("\"" + key + "\"") + ws() + "\":\"" + ws() + value;
  }

  private String id() {
    int length = format.traits().idLength();
    return length > 0 ? "[a-zA-Z0-9]{" + length + "}" : "[a-zA-Z0-9_-]{1,40}";
  }

  /** Calls that stand by themselves are given what they begin with by {@link ToolGrammar}. */
  private String head(Marker head, Tool tool) {
    boolean alone = format.opens().isEmpty() && format.several() == Several.SECTIONS;
    return marker(head, Map.of("name", tool.name()), alone);
  }

  /**
   * A marker with values.
   *
   * @param rest true: what follows its first literal
   */
  private String marker(Marker marker, Map<String, String> values, boolean rest) {
    List<String> items = new ArrayList<>();
    boolean skips = rest;
    for (String part : marker.parts()) {
      if (part.isBlank()) {
        items.add(rule + "-space");
      } else if (!Marker.isPlace(part)) {
        items.add(GbnfText.literal(part));
        if (skips) {
          items.clear();
          skips = false;
        }
      } else {
        items.add(place(part, values));
      }
    }
    return String.join(" ", items);
  }

  private String place(String part, Map<String, String> values) {
    return switch (part) {
      case "{id}" -> id();
      case "{n}" -> "[0-9]{1,4}";
      case "{any}" -> HEADER;
      default -> GbnfText.literal(values.get(part.substring(1, part.length() - 1)));
    };
  }

  /** All parameters in the order of the schema, those that are not required perhaps. */
  private String parameters(TaggedCall call, Tool tool, String name) {
    List<String> items = new ArrayList<>();
    boolean all = tool.parameters().get("required") instanceof List<?>;
    List<?> required = all ? (List<?>) tool.parameters().get("required") : List.of();
    for (String parameter : tool.properties().keySet()) {
      String own = name + "-" + items.size();
      String body = parameter(call, tool, parameter, own);
      rules.append(own).append(" ::= ").append(body).append('\n');
      items.add(required.contains(parameter) ? own : own + "?");
    }
    return String.join(" ", items);
  }

  private String parameter(TaggedCall call, Tool tool, String parameter, String own) {
    ParameterKind kind = ParameterKind.of(tool, parameter);
    Map<String, String> values = new LinkedHashMap<>();
    values.put("key", parameter);
    values.put("kind", kind == ParameterKind.JSON ? "false" : "true");
    Marker key = Marker.of(call.key().text().stripTrailing());
    String begin = marker(key, values, false) + " ";
    String end = GbnfText.literal(call.end().literal()) + ws();
    Map<String, Object> schema = ToolSchemas.schema(tool, parameter);
    if (kind == ParameterKind.JSON) {
      rules.append(ToolSchemas.parameter(own + "-value", tool, parameter));
      return begin + ws() + own + "-value" + ws() + end;
    }
    if (schema.get("const") instanceof String word) {
      schema.put("enum", List.of(word));
    }
    if (kind == ParameterKind.TEXT && schema.get("enum") instanceof List<?> words) {
      boolean lines = call.key().text().endsWith("\n");
      String line = lines ? " \"\\n\"? " : " ";
      String any =
          String.join(" | ", words.stream().map(w -> GbnfText.literal(w.toString())).toList());
      return begin + line + "( " + any + " )" + line + end;
    }
    check(tool, parameter, schema);
    rules.append(FreeText.until(own + "-value", List.of(call.end().literal()), "\"\""));
    return begin + own + "-value" + ws();
  }

  /** A text without quotes is any: of a strict tool that must be enough. */
  private void check(Tool tool, String parameter, Map<String, Object> schema) {
    for (String word : schema.keySet()) {
      if (tool.strict() && !NOT_OF_TEXTS.contains(word)) {
        throw new ToolsException(
            "tool '"
                + tool.name()
                + "', parameter '"
                + parameter
                + "': '"
                + word
                + "' cannot be enforced, as this model writes texts without quotes; leave it out,"
                + " or 'strict'");
      }
    }
  }
}
