package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.HeadedCall;
import dev.jora.chat.tools.CallSyntax.IdPlace;
import dev.jora.chat.tools.CallSyntax.JsonCall;
import dev.jora.chat.tools.CallSyntax.TaggedCall;
import dev.jora.chat.tools.ToolFormat.Several;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls, tools and results as a model reads them whose chat template leaves them out. */
public final class ToolWriter {
  private ToolWriter() {}

  /** Calls as a model of this format writes them. */
  public static String calls(ToolFormat format, List<ToolCall> calls) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      texts.add(call(format, calls.get(i), i));
    }
    String open = format.opens().isEmpty() ? "" : format.opens().getFirst();
    if (format.traits().bare()) {
      open = "";
    }
    if (format.several() == Several.SECTIONS || format.several() == Several.NONE) {
      String between = open.endsWith("\n") ? format.close() + "\n" + open : format.close() + open;
      return open + String.join(between, texts) + format.close();
    }
    boolean array = format.several() == Several.ARRAY;
    String all = String.join(array ? ", " : "", texts);
    return open + (array ? "[" + all + "]" : all) + format.close();
  }

  private static String call(ToolFormat format, ToolCall call, int n) {
    String id = ToolIds.fitted(call.id(), format.traits().idLength());
    Map<String, String> values = Map.of("name", call.name(), "id", id, "n", Integer.toString(n));
    return switch (format.call()) {
      case JsonCall json -> object(json, call, id);
      case HeadedCall headed ->
          headed.head().with(values) + call.arguments() + headed.tail().with(values);
      case TaggedCall tagged -> tagged(tagged, call, values);
    };
  }

  private static String object(JsonCall json, ToolCall call, String id) {
    Map<String, Object> object = new LinkedHashMap<>();
    if (json.idPlace() == IdPlace.FIRST) {
      object.put(json.idKey(), id);
    }
    if (json.nameKey().isEmpty()) {
      object.put(call.name(), call.values());
    } else {
      object.put(json.nameKey(), call.name());
      object.put(json.argumentsKey(), call.values());
    }
    if (json.idPlace() == IdPlace.LAST) {
      object.put(json.idKey(), id);
    }
    return ToolJson.write(object);
  }

  private static String tagged(TaggedCall tagged, ToolCall call, Map<String, String> values) {
    StringBuilder out = new StringBuilder(tagged.head().with(values));
    if (call.values() instanceof Map<?, ?> arguments) {
      arguments.forEach(
          (key, value) -> {
            boolean text = value instanceof String;
            Map<String, String> own = Map.of("key", key.toString(), "kind", Boolean.toString(text));
            out.append(tagged.key().with(own));
            out.append(text ? value.toString() : ToolJson.write(value));
            out.append(tagged.end().with(own));
          });
    }
    return out.append(tagged.tail().with(values)).toString();
  }

  /**
   * What a model is told whose template knows no tools; it is to write {@link ToolFormats#generic}.
   */
  public static String instructions(Tools tools) {
    StringBuilder text =
        new StringBuilder(
            """
            # Tools

            You may call one or more functions to assist with the user query.

            You are provided with function signatures within <tools></tools> XML tags:
            <tools>
            """);
    tools.json().forEach(tool -> text.append(ToolJson.write(tool)).append('\n'));
    return text.append(
            """
            </tools>

            For each function call, return a json object with function name and arguments within \
            <tool_call></tool_call> XML tags:
            <tool_call>
            {"name": <function-name>, "arguments": <args-json-object>}
            </tool_call>\
            """)
        .toString();
  }

  /** A result for a template that knows none. */
  public static String result(String content) {
    return "<tool_response>\n" + content + "\n</tool_response>";
  }
}
