package dev.jora.chat.tools;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The tools of a request, as OpenAI's API has them.
 *
 * @param list the tools, each name once
 * @param choice whether the model calls them; names only what is listed
 * @param parallel true: one answer may have several calls
 */
public record Tools(List<Tool> list, ToolChoice choice, boolean parallel) {
  /** No tools. */
  public static final Tools NONE = new Tools(List.of(), ToolChoice.NONE, false);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final int MOST = 1024;

  public Tools {
    list = List.copyOf(list);
    if (choice.name() != null && list.stream().noneMatch(t -> t.name().equals(choice.name()))) {
      throw new ToolsException(
          "tool_choice names "
              + shown(choice.name())
              + ", which is none of the tools: expected auto, none, required, or one of "
              + names(list));
    }
    if (choice.isForced() && list.isEmpty()) {
      throw new ToolsException("tool_choice is 'required', but there are no tools");
    }
  }

  private static String names(List<Tool> list) {
    return list.isEmpty()
        ? "no tools"
        : String.join(", ", list.stream().map(Tool::name).limit(10).toList());
  }

  /**
   * Reads the text of an array of tools, or of an object with {@code tools} and perhaps {@code
   * tool_choice} and {@code parallel_tool_calls}.
   *
   * @throws ToolsException if it is neither, naming the place as a JSON pointer
   */
  public static Tools read(String text) {
    Object json = ToolJson.read(text.startsWith("\uFEFF") ? text.substring(1) : text);
    if (!(json instanceof Map<?, ?> map)) {
      return of(json, null, null);
    }
    if (!map.containsKey("tools")) {
      throw fault("", "an array of tools, or an object with 'tools'", json);
    }
    return new Tools(
        tools(map.get("tools"), "/tools"),
        choice(map.get("tool_choice"), "/tool_choice"),
        parallel(map.get("parallel_tool_calls"), "/parallel_tool_calls"));
  }

  /**
   * Tools of a request's fields, each a value of JSON or null.
   *
   * @throws ToolsException if they are not as they must be
   */
  public static Tools of(Object tools, Object choice, Object parallel) {
    return new Tools(
        tools(tools, ""), choice(choice, "tool_choice"), parallel(parallel, "parallel_tool_calls"));
  }

  /** The same with another choice. */
  public Tools choosing(ToolChoice other) {
    return new Tools(list, other, parallel);
  }

  /** True if the model may call something. */
  public boolean areOffered() {
    return !list.isEmpty() && choice.kind() != ToolChoice.Kind.NONE;
  }

  /** The tools that may be called. */
  public List<Tool> callable() {
    return switch (choice.kind()) {
      case NONE -> List.of();
      case AUTO, REQUIRED -> list;
      case FUNCTION -> list.stream().filter(t -> t.name().equals(choice.name())).toList();
    };
  }

  /** The tool of a name. */
  public Optional<Tool> find(String name) {
    return list.stream().filter(tool -> tool.name().equals(name)).findFirst();
  }

  /** What chat templates call {@code tools}. */
  public List<Map<String, Object>> json() {
    return list.stream().map(Tool::json).toList();
  }

  private static List<Tool> tools(Object json, String at) {
    if (json == null) {
      return List.of();
    }
    if (!(json instanceof List<?> array)) {
      throw fault(at, "an array of tools", json);
    }
    if (array.size() > MOST) {
      throw new ToolsException(
          "tools: expected at most " + MOST + " tools, found " + array.size() + " of them");
    }
    List<Tool> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object each : array) {
      Tool tool = tool(each, at + "/" + tools.size());
      if (!names.add(tool.name())) {
        throw fault(
            at + "/" + tools.size() + "/function/name", "a name that no other has", tool.name());
      }
      tools.add(tool);
    }
    return tools;
  }

  private static Tool tool(Object json, String at) {
    Map<String, Object> tool = object(json, at, "a tool: an object with 'type' and 'function'");
    if (!"function".equals(tool.get("type"))) {
      throw fault(at + "/type", "\"function\"", tool.get("type"));
    }
    String below = at + "/function";
    Map<String, Object> function =
        object(tool.get("function"), below, "an object with 'name' and 'parameters'");
    if (!(function.get("name") instanceof String name) || !NAME.matcher(name).matches()) {
      throw fault(
          below + "/name", "a name of 1 to 128 letters, digits, _, - and .", function.get("name"));
    }
    Object description = function.get("description");
    if (description != null && !(description instanceof String)) {
      throw fault(below + "/description", "a string", description);
    }
    Object strict = function.get("strict");
    if (strict != null && !(strict instanceof Boolean)) {
      throw fault(below + "/strict", "true or false", strict);
    }
    return new Tool(
        name,
        description == null ? "" : (String) description,
        parameters(function.get("parameters"), below + "/parameters"),
        Boolean.TRUE.equals(strict),
        tool);
  }

  private static Map<String, Object> parameters(Object json, String at) {
    if (json == null) {
      Map<String, Object> none = new LinkedHashMap<>();
      none.put("type", "object");
      none.put("properties", Map.of());
      return none;
    }
    Map<String, Object> schema = object(json, at, "a JSON schema of an object");
    Object type = schema.get("type");
    if (type != null && !"object".equals(type)) {
      throw fault(at + "/type", "\"object\": arguments have names", type);
    }
    Object properties = schema.get("properties");
    if (properties != null) {
      object(properties, at + "/properties", "an object with a schema for each parameter");
    }
    return schema;
  }

  private static ToolChoice choice(Object json, String at) {
    return switch (json) {
      case null -> ToolChoice.AUTO;
      case String word when word.matches("auto|none|required") -> ToolChoice.of(word);
      case Map<?, ?> map
          when "function".equals(map.get("type"))
              && map.get("function") instanceof Map<?, ?> function
              && function.get("name") instanceof String name ->
          new ToolChoice(ToolChoice.Kind.FUNCTION, name);
      default ->
          throw fault(
              at,
              "\"auto\", \"none\", \"required\", or"
                  + " {\"type\": \"function\", \"function\": {\"name\": …}}",
              json);
    };
  }

  private static boolean parallel(Object json, String at) {
    return switch (json) {
      case null -> true;
      case Boolean parallel -> parallel;
      default -> throw fault(at, "true or false", json);
    };
  }

  @SuppressWarnings("unchecked") // keys of JSON are strings
  private static Map<String, Object> object(Object json, String at, String expected) {
    if (json instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw fault(at, expected, json);
  }

  private static ToolsException fault(String at, String expected, Object found) {
    String place = at.isEmpty() ? "tools" : at.startsWith("/") ? "tools, at " + at : at;
    return new ToolsException(place + ": expected " + expected + ", found " + shown(found));
  }

  private static String shown(Object found) {
    return switch (found) {
      case null -> "nothing";
      case Map<?, ?> m -> "an object";
      case List<?> l -> "an array";
      case String s ->
          "\""
              + (s.length() > 100 ? s.substring(0, 100) + "…" : s).replaceAll("\\p{Cntrl}", " ")
              + "\"";
      default -> found.toString();
    };
  }
}
