package dev.jora.chat;

import dev.jora.chat.tools.ToolCall;
import dev.jora.chat.tools.ToolJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls of tools in saved chats and requests. */
final class CallsFile {
  private CallsFile() {}

  /**
   * The calls of a message; what calls no function is passed over.
   *
   * @throws ChatException if they are none, with line and column
   */
  static List<ToolCall> calls(Json json) {
    List<ToolCall> calls = new ArrayList<>();
    for (Json each : json.array("an array of tool calls")) {
      Map<String, Json> call = each.object("a tool call: an object with a 'function'");
      if (!call.containsKey("function")) {
        continue;
      }
      Json function = call.get("function");
      Map<String, Json> called = function.object("an object with 'name' and 'arguments'");
      if (!called.containsKey("name")) {
        throw function.fault("a function with a 'name'");
      }
      Json id = call.get("id");
      calls.add(
          new ToolCall(
              id == null || id.isNull() ? "" : id.string("a string"),
              called.get("name").string("a string"),
              arguments(called.get("arguments"))));
    }
    return calls;
  }

  /** A JSON object as a string, as OpenAI's API has it, or as itself. */
  private static String arguments(Json json) {
    if (json == null || json.isNull()) {
      return "{}";
    }
    return json.isObject()
        ? ToolJson.write(json.plain())
        : json.string("a JSON object, or one as a string");
  }
}
