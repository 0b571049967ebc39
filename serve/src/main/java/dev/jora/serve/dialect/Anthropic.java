package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.StopReason;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.FaultShape;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.Route;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.write.Event;
import dev.jora.serve.write.Run;
import dev.jora.serve.write.Whole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Anthropic's messages, which are brought into OpenAI's shape. */
public final class Anthropic implements Dialect {
  private static final String[] OWN = {"max_tokens"};
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final House house;

  /** For a house. */
  public Anthropic(House house) {
    this.house = house;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        route("/v1/messages", this::messages), route("/v1/messages/count_tokens", this::count));
  }

  private static Route route(String path, Handler handler) {
    return new Route("POST", path, false, Shape.FAULTS, handler);
  }

  /** Faults in Anthropic's words. */
  private static final class Shape implements FaultShape {
    private static final Shape FAULTS = new Shape();

    @Override
    public Object body(HttpFault fault) {
      String type =
          switch (fault.kind()) {
            case TOO_LARGE -> "request_too_large";
            case SERVER, UNSUPPORTED -> "api_error";
            case UNAVAILABLE -> "overloaded_error";
            case TOO_LONG -> "invalid_request_error";
            default -> fault.kind().type();
          };
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("type", type);
      error.put("message", fault.getMessage());
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", "error");
      json.put("error", error);
      return json;
    }
  }

  private ChatRequest read(Fields fields) {
    ServedModel model = house.model(fields.text("model", null));
    return ChatRequest.read(new Fields(translated(fields)), model, OWN);
  }

  private void count(Exchange exchange) throws IOException {
    ChatRequest request = read(Json.object(exchange.body()));
    Answers.json(exchange, Map.of("input_tokens", request.tokens()));
  }

  private void messages(Exchange exchange) throws IOException {
    ChatRequest request = read(Json.object(exchange.body()));
    String id = Answers.id("msg_");
    try (Run run = Run.start(request.model(), List.of(request.wanted()))) {
      if (request.settings().stream()) {
        stream(exchange, run, request, id);
      } else {
        Whole whole = run.await(exchange).getFirst();
        Map<String, Object> json = head(request, id, content(whole), usage(whole));
        json.put("stop_reason", stopReason(whole));
        json.put("stop_sequence", stopSequence(whole));
        Answers.json(exchange, json);
      }
    }
  }

  private static Map<String, Object> head(
      ChatRequest request, String id, List<?> content, Map<String, Object> usage) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("type", "message");
    json.put("role", "assistant");
    json.put("content", content);
    json.put("model", request.model().name());
    json.put("stop_reason", null);
    json.put("stop_sequence", null);
    json.put("usage", usage);
    return json;
  }

  private static List<Object> content(Whole whole) throws IOException {
    List<Object> content = new ArrayList<>();
    if (!whole.thoughts().isEmpty()) {
      Map<String, Object> thinking = new LinkedHashMap<>();
      thinking.put("type", "thinking");
      thinking.put("thinking", whole.thoughts());
      thinking.put("signature", "");
      content.add(thinking);
    }
    if (!whole.text().isBlank() || whole.calls().isEmpty()) {
      content.add(text(whole.text()));
    }
    for (ToolCall call : whole.calls()) {
      Map<String, Object> use = use(call.id(), call.name());
      use.put("input", MAPPER.readTree(call.arguments()));
      content.add(use);
    }
    return content;
  }

  private static Map<String, Object> text(String text) {
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("type", "text");
    block.put("text", text);
    return block;
  }

  private static Map<String, Object> use(String id, String name) {
    Map<String, Object> use = new LinkedHashMap<>();
    use.put("type", "tool_use");
    use.put("id", id);
    use.put("name", name);
    use.put("input", Map.of());
    return use;
  }

  private static Map<String, Object> usage(Whole whole) {
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("cache_read_input_tokens", whole.cached());
    usage.put("input_tokens", whole.promptTokens() - whole.cached());
    usage.put("output_tokens", whole.drawn());
    return usage;
  }

  private static String stopReason(Whole whole) {
    return switch (whole.stop()) {
      case LIMIT, CONTEXT, INTERRUPTED -> "max_tokens";
      case WORD -> whole.calls().isEmpty() ? "stop_sequence" : "tool_use";
      case EOS -> whole.calls().isEmpty() ? "end_turn" : "tool_use";
    };
  }

  private static String stopSequence(Whole whole) {
    return whole.stop() == StopReason.WORD ? whole.stopWord() : null;
  }

  private void stream(Exchange exchange, Run run, ChatRequest request, String id)
      throws IOException {
    try (Sse sse = Sse.events(exchange)) {
      try {
        run.read(exchange, house.pingMillis(), new Blocks(sse, request, id));
      } catch (RuntimeException e) {
        sse.send("error", Shape.FAULTS.body(Faults.of(e)));
      }
    }
  }

  /** Events as blocks that begin, grow and stop. */
  private static final class Blocks implements Run.Reader {
    private final Sse sse;
    private final ChatRequest request;
    private final String id;
    private int index = -1;
    private String open = ""; // type of the block that is open

    Blocks(Sse sse, ChatRequest request, String id) {
      this.sse = sse;
      this.request = request;
      this.id = id;
    }

    @Override
    public void event(int text, Event event, Whole whole) throws IOException {
      switch (event) {
        case Event.Begun e -> {
          Map<String, Object> start = new LinkedHashMap<>();
          start.put("type", "message_start");
          start.put("message", head(request, id, List.of(), usage(whole)));
          sse.send("message_start", start);
        }
        case Event.Piece e -> {
          if (!e.text().isEmpty()) {
            begin("text", text(""));
            grow("text_delta", "text", e.text());
          }
        }
        case Event.Thought e -> {
          begin("thinking", thinking());
          grow("thinking_delta", "thinking", e.text());
        }
        case Event.Call e -> {
          stop();
          begin("tool_use", use(e.id(), e.name()));
        }
        case Event.Arguments e -> grow("input_json_delta", "partial_json", e.text());
        case Event.Called e -> stop();
        case Event.Broken e -> stop();
        case Event.End e -> end(whole);
        case Event.Progress e -> {}
        case Event.Fault e -> {}
      }
    }

    private static Map<String, Object> thinking() {
      Map<String, Object> block = new LinkedHashMap<>();
      block.put("type", "thinking");
      block.put("thinking", "");
      block.put("signature", "");
      return block;
    }

    private void begin(String type, Map<String, Object> block) throws IOException {
      if (open.equals(type)) {
        return;
      }
      stop();
      open = type;
      index++;
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", "content_block_start");
      json.put("index", index);
      json.put("content_block", block);
      sse.send("content_block_start", json);
    }

    private void grow(String type, String name, String text) throws IOException {
      Map<String, Object> delta = new LinkedHashMap<>();
      delta.put("type", type);
      delta.put(name, text);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", "content_block_delta");
      json.put("index", index);
      json.put("delta", delta);
      sse.send("content_block_delta", json);
    }

    private void stop() throws IOException {
      if (open.isEmpty()) {
        return;
      }
      open = "";
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", "content_block_stop");
      json.put("index", index);
      sse.send("content_block_stop", json);
    }

    private void end(Whole whole) throws IOException {
      if (index < 0) {
        begin("text", text(""));
      }
      stop();
      Map<String, Object> delta = new LinkedHashMap<>();
      delta.put("stop_reason", stopReason(whole));
      delta.put("stop_sequence", stopSequence(whole));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", "message_delta");
      json.put("delta", delta);
      json.put("usage", usage(whole));
      sse.send("message_delta", json);
      sse.send("message_stop", Map.of("type", "message_stop"));
    }

    @Override
    public void silence() throws IOException {
      sse.send("ping", Map.of("type", "ping"));
    }
  }

  // ---- into OpenAI's shape -----------------------------------------------------------------

  private static ObjectNode translated(Fields fields) {
    ObjectNode node = fields.node().deepCopy();
    Field messages =
        fields.find("messages").orElseThrow(() -> HttpFault.invalid("'messages' is required"));
    if (messages.list().isEmpty()) {
      throw HttpFault.invalid("messages: at least one message is required");
    }
    ArrayNode all = MAPPER.createArrayNode();
    fields
        .find("system")
        .ifPresent(
            f -> all.addObject().put("role", "system").put("content", ChatMessages.content(f)));
    messages.list().forEach(each -> message(each, all));
    node.set("messages", all);
    node.remove("system");
    fields.find("stop_sequences").ifPresent(f -> node.set("stop", f.value()));
    node.remove("stop_sequences");
    fields.find("tools").ifPresent(f -> node.set("tools", tools(f)));
    fields.find("tool_choice").ifPresent(f -> choice(f, node));
    fields.find("thinking").ifPresent(f -> thinking(f.object(), node));
    return node;
  }

  private static void message(Field field, ArrayNode all) {
    Fields message = field.object();
    String role = message.text("role", "");
    Field content =
        message.find("content").orElseThrow(() -> field.fault("a message has 'content'"));
    if (!List.of("user", "assistant", "system").contains(role)) {
      throw field.fault("role must be user or assistant, found '%s'", role);
    }
    if (content.value().isTextual()) {
      all.addObject().put("role", role).put("content", content.text());
      return;
    }
    List<String> texts = new ArrayList<>();
    List<String> thoughts = new ArrayList<>();
    ArrayNode calls = MAPPER.createArrayNode();
    for (Field each : content.list()) {
      Fields block = each.object();
      switch (block.text("type", "text")) {
        case "text" -> texts.add(block.text("text", ""));
        case "thinking" -> thoughts.add(block.text("thinking", ""));
        case "redacted_thinking" -> {}
        case "tool_use" -> {
          ObjectNode call =
              calls.addObject().put("type", "function").put("id", block.text("id", ""));
          call.putObject("function")
              .put("name", block.text("name", ""))
              .put("arguments", block.object("input").node().toString());
        }
        case "tool_result" ->
            all.addObject()
                .put("role", "tool")
                .put("tool_call_id", block.text("tool_use_id", ""))
                .put("content", block.find("content").map(ChatMessages::content).orElse(""));
        default ->
            throw each.fault(
                "this model reads texts only, not a block of type '%s'", block.text("type", ""));
      }
    }
    boolean nothing = texts.isEmpty() && calls.isEmpty() && thoughts.isEmpty();
    if (nothing && !content.value().isEmpty()) {
      return; // results of tools alone
    }
    ObjectNode own = all.addObject().put("role", role).put("content", String.join("\n", texts));
    if (!thoughts.isEmpty()) {
      own.put("reasoning_content", String.join("\n", thoughts));
    }
    if (!calls.isEmpty()) {
      own.set("tool_calls", calls);
    }
  }

  private static ArrayNode tools(Field field) {
    ArrayNode tools = MAPPER.createArrayNode();
    for (Field each : field.list()) {
      Fields tool = each.object();
      ObjectNode function = tools.addObject().put("type", "function").putObject("function");
      function.put("name", tool.text("name", ""));
      tool.find("description").ifPresent(f -> function.put("description", f.text()));
      tool.find("input_schema").ifPresent(f -> function.set("parameters", f.value()));
    }
    return tools;
  }

  private static void choice(Field field, ObjectNode node) {
    Fields choice = field.object();
    JsonNode translated =
        switch (choice.text("type", "auto")) {
          case "auto" -> MAPPER.getNodeFactory().textNode("auto");
          case "any" -> MAPPER.getNodeFactory().textNode("required");
          case "none" -> MAPPER.getNodeFactory().textNode("none");
          case "tool" -> {
            ObjectNode named = MAPPER.createObjectNode().put("type", "function");
            named.putObject("function").put("name", choice.text("name", ""));
            yield named;
          }
          default -> throw field.fault("type must be auto, any, tool or none");
        };
    node.set("tool_choice", translated);
    if (choice.flag("disable_parallel_tool_use", false)) {
      node.put("parallel_tool_calls", false);
    }
  }

  private static void thinking(Fields thinking, ObjectNode node) {
    boolean on = !thinking.text("type", "disabled").equals("disabled");
    node.remove("thinking");
    node.put("enable_thinking", on);
    thinking.find("budget_tokens").ifPresent(f -> node.put("thinking_budget_tokens", f.integer()));
  }
}
