package dev.jora.chat;

import dev.jora.chat.tools.Tool;
import dev.jora.chat.tools.ToolCall;
import dev.jora.chat.tools.ToolFormat;
import dev.jora.chat.tools.ToolFormats;
import dev.jora.chat.tools.ToolWriter;
import dev.jora.chat.tools.Tools;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * How a chat template takes tools. Found out once, by trying; what it leaves out is put into
 * messages that it shows: tools into the system's, calls into the model's words, results into the
 * user's.
 */
final class ToolPrompt {
  private static final String TOOL = "jora_probe_tool";
  private static final String CALLED = "jora_probe_called";
  private static final String WORD = "jora_probe_argument";
  private static final String FOUND = "jora_probe_found";

  /** Shapes of calls that templates want: arguments as text, and content that is null. */
  private record Shape(boolean text, boolean noContent) {
    static final List<Shape> ALL =
        List.of(
            new Shape(false, false),
            new Shape(false, true),
            new Shape(true, false),
            new Shape(true, true));
  }

  private final ToolFormat format;
  private final boolean takesTools;
  private final boolean takesResults;

  /** How calls are shown; null if they are not. */
  private final Shape shape;

  /**
   * How a template takes tools.
   *
   * @param template its text
   * @param renderer of messages and tools as JSON; empty where the template refuses them
   */
  ToolPrompt(
      String template,
      BiFunction<List<Map<String, Object>>, List<Map<String, Object>>, String> renderer) {
    Message asked = Message.user("jora_probe_words");
    Tool tool = new Tool(TOOL, "jora", schema(), false, probe());
    Optional<ToolFormat> own = ToolFormats.detect(template);
    boolean shown =
        renderer
            .apply(json(List.of(asked), Shape.ALL.getFirst()), List.of(tool.json()))
            .contains(TOOL);
    takesTools = shown && own.isPresent(); // of an unknown form nothing could be read
    format = takesTools ? own.get() : ToolFormats.generic();
    List<Map<String, Object>> tools = takesTools ? List.of(tool.json()) : List.of();
    ToolCall call = new ToolCall("abcdef123", CALLED, "{\"jora\": \"" + WORD + "\"}");
    Message calls = Message.assistant("").calling(List.of(call));
    List<Message> exchange = List.of(asked, calls, Message.result(call, FOUND));
    Shape first = null;
    boolean results = false;
    for (Shape each : Shape.ALL) {
      String text = renderer.apply(json(exchange, each), tools);
      results |= text.contains(FOUND);
      if (first == null && text.contains(CALLED) && text.contains(WORD)) {
        first = each;
      }
    }
    shape = first;
    takesResults = results;
  }

  private static Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", Map.of("jora", Map.of("type", "string", "description", "jora")));
    schema.put("required", List.of("jora"));
    return schema;
  }

  private static Map<String, Object> probe() {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", TOOL);
    function.put("description", "jora");
    function.put("parameters", schema());
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("type", "function");
    tool.put("function", function);
    return tool;
  }

  /** How the model is to write calls. */
  ToolFormat format() {
    return format;
  }

  /** True if the template has a place for tools. */
  boolean takesTools() {
    return takesTools;
  }

  /** The messages, with what the template leaves out in such as it shows. */
  List<Message> adapted(List<Message> messages, Tools tools) {
    List<Message> adapted = new ArrayList<>();
    if (tools.areOffered() && !takesTools) {
      boolean told = !messages.isEmpty() && messages.getFirst().is(Message.SYSTEM);
      String words = told ? messages.getFirst().content() + "\n\n" : "";
      adapted.add(Message.system(words + ToolWriter.instructions(tools)));
      messages = messages.subList(told ? 1 : 0, messages.size());
    }
    boolean result = false;
    for (Message message : messages) {
      boolean more = result && message.is(Message.TOOL);
      result = message.is(Message.TOOL) && !takesResults;
      if (result) {
        String text = ToolWriter.result(message.content());
        String before = more ? adapted.removeLast().content() + "\n" : "";
        adapted.add(Message.user(before + text));
      } else if (!message.calls().isEmpty() && isLeftOut(message)) {
        String said = message.content().isBlank() ? "" : message.content() + "\n";
        adapted.add(
            message.saying(said + ToolWriter.calls(format, message.calls())).calling(List.of()));
      } else {
        adapted.add(message);
      }
    }
    return adapted;
  }

  /** Where calls are shown of messages without content only, those with some are words. */
  private boolean isLeftOut(Message message) {
    return shape == null || shape.noContent() && !message.content().isEmpty();
  }

  /** The messages as the template wants them. */
  List<Map<String, Object>> json(List<Message> messages) {
    return json(messages, shape == null ? Shape.ALL.getFirst() : shape);
  }

  private List<Map<String, Object>> json(List<Message> messages, Shape as) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Message message : messages) {
      Map<String, Object> json = message.json();
      if (message.callId() != null) {
        json.put("tool_call_id", fitted(message.callId()));
      }
      if (!message.calls().isEmpty()) {
        json.put(
            "tool_calls",
            message.calls().stream()
                .map(call -> new ToolCall(fitted(call.id()), call.name(), call.arguments()))
                .map(call -> as.text() ? call.json() : call.templateJson())
                .toList());
        if (as.noContent() && message.content().isEmpty()) {
          json.put("content", null);
        }
      }
      all.add(json);
    }
    return all;
  }

  private String fitted(String id) {
    return format == null ? id : format.fittedId(id); // not yet known while it is tried
  }
}
