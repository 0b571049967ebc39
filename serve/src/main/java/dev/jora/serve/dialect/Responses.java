package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.StopReason;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.HttpFault;
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

/** {@code /v1/responses}, which is brought into the shape of chats. Nothing is kept of them. */
final class Responses {
  private static final String[] OWN = {"max_output_tokens"};
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final House house;

  Responses(House house) {
    this.house = house;
  }

  void answer(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    ChatRequest request = ChatRequest.read(new Fields(translated(fields)), model, OWN);
    Form form = new Form(model, fields);
    try (Run run = Run.start(model, List.of(request.wanted()))) {
      if (!request.settings().stream()) {
        Whole whole = run.await(exchange).getFirst();
        Answers.json(exchange, form.response(form.output(whole), whole));
        return;
      }
      try (Sse sse = Sse.events(exchange)) {
        try {
          run.read(exchange, house.pingMillis(), new Items(sse, form));
        } catch (RuntimeException e) {
          Map<String, Object> error = new LinkedHashMap<>();
          error.put("type", "error");
          error.put("code", Faults.of(e).kind().type());
          error.put("message", e.getMessage());
          sse.send("error", error);
        }
      }
    }
  }

  /** What answers of one request look like. */
  private static final class Form {
    private final ServedModel model;
    private final Fields request;
    private final String id = Answers.id("resp_");
    private final long created = Answers.now();

    Form(ServedModel model, Fields request) {
      this.model = model;
      this.request = request;
    }

    /** The response as far as it is; a text that has not ended is in progress. */
    Map<String, Object> response(List<?> output, Whole whole) {
      boolean ended = whole.isEnded();
      boolean cut = ended && whole.stop() != StopReason.EOS && whole.stop() != StopReason.WORD;
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("completed_at", ended ? Answers.now() : null);
      json.put("created_at", created);
      json.put("error", null);
      json.put("id", id);
      json.put("incomplete_details", cut ? Map.of("reason", "max_output_tokens") : null);
      json.put("instructions", request.text("instructions", null));
      json.put("max_output_tokens", plain("max_output_tokens"));
      json.put("metadata", Map.of());
      json.put("model", model.name());
      json.put("object", "response");
      json.put("output", output);
      json.put("parallel_tool_calls", request.flag("parallel_tool_calls", true));
      json.put("previous_response_id", null);
      json.put("status", ended ? "completed" : "in_progress");
      json.put("temperature", plain("temperature"));
      json.put("text", Map.of("format", Map.of("type", "text")));
      json.put("tool_choice", request.has("tool_choice") ? plain("tool_choice") : "auto");
      json.put("tools", request.has("tools") ? plain("tools") : List.of());
      json.put("top_p", plain("top_p"));
      json.put("usage", ended ? usage(whole) : null);
      return json;
    }

    private Object plain(String name) {
      return request.find(name).map(f -> Json.plain(f.value())).orElse(null);
    }

    private static Map<String, Object> usage(Whole whole) {
      Map<String, Object> usage = new LinkedHashMap<>();
      usage.put("input_tokens", whole.promptTokens());
      usage.put("output_tokens", whole.drawn());
      usage.put("total_tokens", whole.promptTokens() + whole.drawn());
      usage.put("input_tokens_details", Map.of("cached_tokens", whole.cached()));
      usage.put("output_tokens_details", Map.of("reasoning_tokens", 0));
      return usage;
    }

    List<Object> output(Whole whole) {
      List<Object> output = new ArrayList<>();
      if (!whole.thoughts().isEmpty()) {
        output.add(reasoning(Answers.id("rs_"), whole.thoughts()));
      }
      if (!whole.text().isBlank() || whole.calls().isEmpty()) {
        output.add(message(Answers.id("msg_"), "completed", List.of(part(whole.text()))));
      }
      for (ToolCall call : whole.calls()) {
        output.add(call(Answers.id("fc_"), call.id(), call.name(), call.arguments(), "completed"));
      }
      return output;
    }

    static Map<String, Object> reasoning(String id, String text) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("id", id);
      item.put("type", "reasoning");
      item.put("summary", List.of());
      item.put("content", List.of(Map.of("type", "reasoning_text", "text", text)));
      item.put("encrypted_content", "");
      item.put("status", "completed");
      return item;
    }

    static Map<String, Object> message(String id, String status, List<?> content) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("content", content);
      item.put("id", id);
      item.put("role", "assistant");
      item.put("status", status);
      item.put("type", "message");
      return item;
    }

    static Map<String, Object> part(String text) {
      Map<String, Object> part = new LinkedHashMap<>();
      part.put("type", "output_text");
      part.put("annotations", List.of());
      part.put("logprobs", List.of());
      part.put("text", text);
      return part;
    }

    static Map<String, Object> call(
        String id, String callId, String name, String arguments, String status) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("type", "function_call");
      item.put("id", id);
      item.put("call_id", callId);
      item.put("name", name);
      item.put("arguments", arguments);
      item.put("status", status);
      return item;
    }
  }

  /** Events as items that are added, grow and are done. */
  private static final class Items implements Run.Reader {
    private final Sse sse;
    private final Form form;
    private final List<Object> output = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int sequence;
    private String kind = ""; // of the item that is open
    private String item;
    private String callId;
    private String name;

    Items(Sse sse, Form form) {
      this.sse = sse;
      this.form = form;
    }

    private Map<String, Object> event(String type) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", type);
      json.put("sequence_number", sequence++);
      return json;
    }

    private void send(Map<String, Object> json) throws IOException {
      sse.send((String) json.get("type"), json);
    }

    private void whole(String type, Whole whole) throws IOException {
      Map<String, Object> json = event(type);
      json.put("response", form.response(List.copyOf(output), whole));
      send(json);
    }

    @Override
    public void event(int index, Event event, Whole whole) throws IOException {
      switch (event) {
        case Event.Begun e -> {
          whole("response.created", whole);
          whole("response.in_progress", whole);
        }
        case Event.Thought e -> {
          open("reasoning", null, null);
          grow("response.reasoning_text.delta", e.text());
        }
        case Event.Piece e -> {
          if (!e.text().isEmpty()) {
            open("message", null, null);
            grow("response.output_text.delta", e.text());
          }
        }
        case Event.Call e -> {
          close();
          open("call", e.id(), e.name());
        }
        case Event.Arguments e -> grow("response.function_call_arguments.delta", e.text());
        case Event.Called e -> close();
        case Event.Broken e -> close();
        case Event.End e -> {
          if (output.isEmpty() && kind.isEmpty()) {
            open("message", null, null);
          }
          close();
          whole("response.completed", whole);
        }
        case Event.Progress e -> {}
        case Event.Fault e -> {}
      }
    }

    private void open(String wanted, String call, String called) throws IOException {
      if (kind.equals(wanted)) {
        return;
      }
      close();
      kind = wanted;
      callId = call;
      name = called;
      text.setLength(0);
      item = Answers.id(wanted.equals("message") ? "msg_" : wanted.equals("call") ? "fc_" : "rs_");
      Map<String, Object> json = event("response.output_item.added");
      json.put("output_index", output.size());
      json.put("item", item("in_progress", List.of()));
      send(json);
      if (kind.equals("message")) {
        Map<String, Object> part = at("response.content_part.added");
        part.put("part", Form.part(""));
        send(part);
      }
    }

    private Map<String, Object> item(String status, List<?> parts) {
      return switch (kind) {
        case "message" -> Form.message(item, status, parts);
        case "call" -> Form.call(item, callId, name, text.toString(), status);
        default -> Form.reasoning(item, text.toString());
      };
    }

    private Map<String, Object> at(String type) {
      Map<String, Object> json = event(type);
      json.put("item_id", item);
      json.put("output_index", output.size());
      if (!kind.equals("call")) {
        json.put("content_index", 0);
      }
      return json;
    }

    private void grow(String type, String piece) throws IOException {
      text.append(piece);
      Map<String, Object> json = at(type);
      json.put("delta", piece);
      if (kind.equals("message")) {
        json.put("logprobs", List.of());
      }
      send(json);
    }

    private void close() throws IOException {
      if (kind.isEmpty()) {
        return;
      }
      String whole = text.toString();
      switch (kind) {
        case "message" -> {
          Map<String, Object> done = at("response.output_text.done");
          done.put("text", whole);
          done.put("logprobs", List.of());
          send(done);
          Map<String, Object> part = at("response.content_part.done");
          part.put("part", Form.part(whole));
          send(part);
        }
        case "call" -> {
          Map<String, Object> done = at("response.function_call_arguments.done");
          done.put("name", name);
          done.put("arguments", whole);
          send(done);
        }
        default -> {
          Map<String, Object> done = at("response.reasoning_text.done");
          done.put("text", whole);
          send(done);
        }
      }
      Map<String, Object> done = item("completed", List.of(Form.part(whole)));
      Map<String, Object> json = event("response.output_item.done");
      json.put("output_index", output.size());
      json.put("item", done);
      send(json);
      output.add(done);
      kind = "";
    }

    @Override
    public void silence() throws IOException {
      sse.alive();
    }
  }

  // ---- into the shape of chats -------------------------------------------------------------

  private static ObjectNode translated(Fields fields) {
    if (fields.has("previous_response_id")) {
      throw HttpFault.unsupported("responses are not kept here: send the whole conversation");
    }
    ObjectNode node = fields.node().deepCopy();
    ArrayNode messages = MAPPER.createArrayNode();
    fields
        .find("instructions")
        .ifPresent(f -> messages.addObject().put("role", "system").put("content", f.text()));
    Field input = fields.find("input").orElseThrow(() -> HttpFault.invalid("'input' is required"));
    if (input.value().isTextual()) {
      messages.addObject().put("role", "user").put("content", input.text());
    } else {
      input.list().forEach(each -> item(each, messages));
    }
    node.set("messages", messages);
    fields.find("tools").ifPresent(f -> node.set("tools", tools(f)));
    fields
        .find("tool_choice")
        .filter(f -> f.value().isObject())
        .ifPresent(
            f ->
                node.putObject("tool_choice")
                    .put("type", "function")
                    .putObject("function")
                    .put("name", f.object().text("name", "")));
    fields.object("text").find("format").ifPresent(f -> node.set("response_format", form(f)));
    fields
        .object("reasoning")
        .find("effort")
        .ifPresent(f -> node.put("reasoning_effort", f.text()));
    return node;
  }

  private static void item(Field field, ArrayNode messages) {
    Fields item = field.object();
    switch (item.text("type", "message")) {
      case "message" -> {
        ObjectNode message = messages.addObject().put("role", item.text("role", "user"));
        item.find("content").ifPresent(f -> message.put("content", ChatMessages.content(f)));
      }
      case "function_call" -> {
        ObjectNode last =
            messages.isEmpty() ? null : (ObjectNode) messages.get(messages.size() - 1);
        boolean same = last != null && last.path("role").asText().equals("assistant");
        ObjectNode message = same ? last : messages.addObject().put("role", "assistant");
        ObjectNode call =
            message
                .withArray("tool_calls")
                .addObject()
                .put("type", "function")
                .put("id", item.text("call_id", ""));
        call.putObject("function")
            .put("name", item.text("name", ""))
            .put("arguments", item.text("arguments", "{}"));
      }
      case "function_call_output" ->
          messages
              .addObject()
              .put("role", "tool")
              .put("tool_call_id", item.text("call_id", ""))
              .put("content", item.find("output").map(ChatMessages::content).orElse(""));
      case "reasoning" -> {} // templates show thinking of the last turn at most
      default -> throw field.fault("items of type '%s' are not known here", item.text("type", ""));
    }
  }

  private static ArrayNode tools(Field field) {
    ArrayNode tools = MAPPER.createArrayNode();
    for (Field each : field.list()) {
      Fields tool = each.object();
      if (!tool.text("type", "function").equals("function")) {
        throw each.fault("tools of type '%s' are not known here", tool.text("type", ""));
      }
      ObjectNode function = tool.node().deepCopy();
      function.remove("type");
      tools.addObject().put("type", "function").set("function", function);
    }
    return tools;
  }

  private static ObjectNode form(Field field) {
    ObjectNode format = field.object().node().deepCopy();
    if (!format.path("type").asText().equals("json_schema")) {
      return format;
    }
    ObjectNode named = MAPPER.createObjectNode().put("type", "json_schema");
    format.remove("type");
    named.set("json_schema", format);
    return named;
  }
}
