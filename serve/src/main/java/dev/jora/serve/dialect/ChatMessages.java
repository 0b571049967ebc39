package dev.jora.serve.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.chat.Message;
import dev.jora.chat.tools.ToolCall;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import java.util.ArrayList;
import java.util.List;

/** Conversations in OpenAI's shape. */
final class ChatMessages {
  private static final int MOST = 10_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ChatMessages() {}

  /**
   * The messages of a request.
   *
   * @throws HttpFault if they are none
   */
  static List<Message> read(Fields request) {
    Field field =
        request.find("messages").orElseThrow(() -> HttpFault.invalid("'messages' is required"));
    if (!field.value().isArray()) {
      throw HttpFault.invalid("Expected 'messages' to be an array");
    }
    List<Field> list = field.list();
    if (list.size() > MOST) {
      throw field.fault("at most %d messages, found %d", MOST, list.size());
    }
    List<Message> messages = new ArrayList<>();
    for (Field each : list) {
      messages.add(message(each, messages));
    }
    return messages;
  }

  private static Message message(Field field, List<Message> before) {
    Fields message = field.object();
    String role =
        message
            .find("role")
            .map(Field::text)
            .orElseThrow(() -> field.fault("a message has a 'role'"));
    List<ToolCall> calls = message.find("tool_calls").map(ChatMessages::calls).orElse(List.of());
    String content = message.find("content").map(ChatMessages::content).orElse("");
    String reasoning = message.text("reasoning_content", message.text("thinking", null));
    String callId = message.text("tool_call_id", null);
    String name = message.text("name", message.text("tool_name", null));
    if (role.equals(Message.TOOL) && name == null) {
      name = calledBy(callId, before);
    }
    String known = role.equals("developer") ? Message.SYSTEM : role;
    return new Message(known, content, reasoning, calls, callId, name);
  }

  private static String calledBy(String callId, List<Message> before) {
    return before.stream()
        .flatMap(m -> m.calls().stream())
        .filter(call -> call.id().equals(callId))
        .map(ToolCall::name)
        .findFirst()
        .orElse(null);
  }

  /** A text, or parts of which all are texts, each on a line of its own as with llama-server. */
  static String content(Field field) {
    if (field.value().isTextual()) {
      return field.text();
    }
    if (!field.value().isArray()) {
      throw field.fault("expected a string or a list of parts");
    }
    List<String> texts = new ArrayList<>();
    for (Field each : field.list()) {
      Fields part = each.object();
      String type = part.text("type", "text");
      if (!List.of("text", "input_text", "output_text", "refusal").contains(type)) {
        throw each.fault("this model reads texts only, not a part of type '%s'", type);
      }
      texts.add(part.text(type.equals("refusal") ? "refusal" : "text", ""));
    }
    return String.join("\n", texts);
  }

  private static List<ToolCall> calls(Field field) {
    List<ToolCall> calls = new ArrayList<>();
    for (Field each : field.list()) {
      Fields call = each.object();
      Fields function = call.object("function");
      String name =
          function
              .find("name")
              .map(Field::text)
              .orElseThrow(() -> each.fault("a call has a 'function' with a 'name'"));
      String id = call.text("id", "call_" + calls.size());
      String arguments = function.find("arguments").map(ChatMessages::arguments).orElse("{}");
      calls.add(new ToolCall(id, name, arguments));
    }
    return calls;
  }

  /** A text of JSON, as OpenAI has it, or the object itself. */
  private static String arguments(Field field) {
    if (field.value().isObject()) {
      return field.value().toString();
    }
    String text = field.text();
    try {
      JsonNode read = MAPPER.readTree(text);
      if (read != null && read.isObject()) {
        return text;
      }
    } catch (JsonProcessingException e) {
      // told below
    }
    throw field.fault(
        "arguments of a call are the text of a JSON object, found '%s'", short40(text));
  }

  private static String short40(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
