package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.chat.ReasoningFormat;
import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.StopReason;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.FaultShape;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.Route;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.text.Parameters;
import dev.jora.serve.text.TextSettings;
import dev.jora.serve.write.Event;
import dev.jora.serve.write.Run;
import dev.jora.serve.write.Wanted;
import dev.jora.serve.write.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Ollama's endpoints. */
public final class Ollama implements Dialect {
  private static final String VERSION = "0.13.0"; // whose endpoints there are, by which clients go
  private static final String[] OWN = {"num_predict"};
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final House house;

  /** For a house. */
  public Ollama(House house) {
    this.house = house;
  }

  @Override
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(route("GET", "/", true, this::alive));
    routes.add(
        route("GET", "/api/version", true, e -> Answers.json(e, Map.of("version", VERSION))));
    routes.add(route("GET", "/api/tags", false, this::tags));
    routes.add(route("GET", "/api/ps", false, this::running));
    routes.add(route("POST", "/api/show", false, this::show));
    routes.add(route("POST", "/api/generate", false, this::generate));
    routes.add(route("POST", "/api/chat", false, this::chat));
    routes.add(route("POST", "/api/embed", false, this::embed));
    routes.add(route("POST", "/api/embeddings", false, this::oldEmbeddings));
    routes.add(route("POST", "/api/pull", false, this::pull));
    for (String absent : List.of("push", "create", "copy", "delete")) {
      routes.add(route("POST", "/api/" + absent, false, Ollama::absent));
    }
    routes.add(route("DELETE", "/api/delete", false, Ollama::absent));
    return routes;
  }

  private static Route route(String method, String path, boolean open, Handler handler) {
    return new Route(method, path, open, Shape.FAULTS, handler);
  }

  /** Faults in Ollama's words. */
  private static final class Shape implements FaultShape {
    private static final Shape FAULTS = new Shape();

    @Override
    public Object body(HttpFault fault) {
      return Map.of("error", fault.getMessage());
    }

    @Override
    public int status(HttpFault fault) {
      return fault.kind() == HttpFault.Kind.BUSY ? 503 : fault.kind().status();
    }
  }

  private static void absent(Exchange exchange) {
    throw HttpFault.unsupported("jora serves the model that it was started with");
  }

  private void alive(Exchange exchange) throws IOException {
    byte[] body = "Ollama is running".getBytes(StandardCharsets.UTF_8); // what clients look for
    exchange.answer(200, "text/plain; charset=utf-8", body);
  }

  /** The model that is asked for: as Ollama has it one that is not there is an error. */
  private ServedModel model(Fields fields) {
    String name =
        fields
            .find(List.of("model", "name"))
            .map(Field::text)
            .orElseThrow(() -> HttpFault.invalid("model is required"));
    if (!house.knows(name)) {
      throw new HttpFault(HttpFault.Kind.NOT_FOUND, "model '" + name + "' not found");
    }
    return house.model(name);
  }

  private Map<String, Object> details(ServedModel model) {
    String family = model.model().hyperparameters().architecture();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("parent_model", "");
    details.put("format", "gguf");
    details.put("family", family);
    details.put("families", List.of(family));
    details.put("parameter_size", ModelCards.parameters(model));
    details.put("quantization_level", ModelCards.fileType(model));
    details.put("context_length", model.contextSize());
    details.put("embedding_length", model.model().hyperparameters().embeddingLength());
    return details;
  }

  private Map<String, Object> entry(ServedModel model) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", model.name());
    entry.put("model", model.name());
    entry.put("modified_at", model.since().toString());
    entry.put("size", model.model().tensorBytes());
    entry.put("digest", "");
    entry.put("details", details(model));
    entry.put("capabilities", capabilities(model));
    return entry;
  }

  private static List<String> capabilities(ServedModel model) {
    List<String> capabilities = new ArrayList<>(ModelCards.capabilities(model));
    if (!model.templateText().isEmpty()) {
      capabilities.add("tools"); // of models that know none they are told of in the prompt
      if (model.format().reasoning() != ReasoningFormat.NONE) {
        capabilities.add("thinking");
      }
    }
    return capabilities;
  }

  private void tags(Exchange exchange) throws IOException {
    Answers.json(exchange, Map.of("models", List.of(entry(house.model(null)))));
  }

  private void running(Exchange exchange) throws IOException {
    ServedModel model = house.model(null);
    Map<String, Object> entry = entry(model);
    entry.put("expires_at", Instant.parse("2318-01-01T00:00:00Z").toString()); // never
    entry.put("size_vram", 0);
    entry.put("context_length", model.contextSize());
    Answers.json(exchange, Map.of("models", List.of(entry)));
  }

  private void show(Exchange exchange) throws IOException {
    ServedModel model = model(Json.object(exchange.body()));
    GgufMetadata metadata = model.model().metadata();
    Map<String, Object> info = new LinkedHashMap<>();
    metadata
        .values()
        .forEach(
            (key, value) -> {
              Object plain = scalar(value);
              if (plain != null && !key.equals("tokenizer.chat_template")) {
                info.put(key, plain);
              }
            });
    info.put("general.parameter_count", model.model().parameters());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("license", metadata.string("general.license", ""));
    json.put("modelfile", "FROM " + metadata.file().getFileName());
    json.put("parameters", "num_ctx                        " + model.contextSize());
    json.put("template", model.templateText());
    json.put("system", "");
    json.put("details", details(model));
    json.put("messages", List.of());
    json.put("model_info", info);
    json.put("capabilities", capabilities(model));
    json.put("modified_at", model.since().toString());
    Answers.json(exchange, json);
  }

  /** Numbers, texts and truth values; null for lists. */
  private static Object scalar(GgufValue value) {
    return switch (value) {
      case GgufValue.Int v -> v.value();
      case GgufValue.F32 v -> v.value();
      case GgufValue.F64 v -> v.value();
      case GgufValue.Bool v -> v.value();
      case GgufValue.Str v -> v.toString();
      default -> null;
    };
  }

  // ---- texts -------------------------------------------------------------------------------

  /** A request whose options stand among its fields, under the names of the common table. */
  private static ObjectNode plain(Fields fields) {
    ObjectNode node = fields.node().deepCopy();
    node.remove("options");
    fields.object("options").node().properties().forEach(e -> node.set(e.getKey(), e.getValue()));
    if (!fields.has("stream")) {
      node.put("stream", true);
    }
    fields
        .find("format")
        .ifPresent(
            f -> {
              if (f.value().isTextual() && f.text().isEmpty()) {
                return;
              }
              boolean any = f.value().isTextual() && f.text().equals("json");
              if (!any && !f.value().isObject()) {
                throw f.fault("expected \"json\" or a JSON schema");
              }
              node.set("json_schema", any ? Json.object().put("type", "object") : f.value());
            });
    fields
        .find("think")
        .ifPresent(
            f -> {
              node.put("enable_thinking", !f.value().isBoolean() || f.flag());
              if (f.value().isTextual()) {
                node.put("reasoning_effort", f.text());
              }
            });
    node.remove("think");
    node.remove("images");
    if (fields.find("images").map(f -> !f.list().isEmpty()).orElse(false)) {
      throw HttpFault.invalid("this model reads texts only, no images");
    }
    return node;
  }

  private void generate(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = model(fields);
    String prompt = fields.text("prompt", "");
    if (prompt.isEmpty() && !fields.has("context")) {
      loaded(exchange, fields, model, "response", "");
      return;
    }
    ObjectNode node = plain(fields);
    boolean raw = fields.flag("raw", false);
    if (raw && (fields.has("template") || fields.has("context") || hasText(fields, "system"))) {
      throw HttpFault.invalid("raw mode does not support template, system, or context");
    }
    if (hasText(fields, "suffix")) {
      Infill infill = Infill.of(model);
      node.put("input_prefix", prompt).put("input_suffix", fields.text("suffix", ""));
      node.remove("prompt");
      int[] ids = infill.prompt(new Fields(node), model.contextSize());
      write(exchange, fields, model, continuation(ids, node, model), "response");
    } else if (raw || model.templateText().isEmpty()) {
      int[] ids = model.tokenizer().encode(prompt, true, true);
      int[] before =
          fields.find("context").map(f -> Prompts.ids(f, model.tokenizer())).orElse(new int[0]);
      int[] all = IntStream.concat(IntStream.of(before), IntStream.of(ids)).toArray();
      write(exchange, fields, model, continuation(all, node, model), "response");
    } else {
      ArrayNode messages = node.putArray("messages");
      if (hasText(fields, "system")) {
        messages.addObject().put("role", "system").put("content", fields.text("system", ""));
      }
      messages.addObject().put("role", "user").put("content", prompt);
      ChatRequest request = ChatRequest.read(new Fields(node), model, OWN);
      write(exchange, fields, model, request.wanted(), "response");
    }
  }

  private static boolean hasText(Fields fields, String name) {
    return !fields.text(name, "").isEmpty();
  }

  private static Wanted continuation(int[] ids, ObjectNode node, ServedModel model) {
    TextSettings settings = Parameters.read(new Fields(node), model, OWN);
    if (ids.length == 0) {
      throw HttpFault.invalid("the prompt has no tokens");
    }
    return new Wanted.Continuation(ids, settings);
  }

  private void chat(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = model(fields);
    boolean empty = fields.find("messages").map(f -> f.list().isEmpty()).orElse(true);
    if (empty) {
      Map<String, Object> nothing = new LinkedHashMap<>();
      nothing.put("role", "assistant");
      nothing.put("content", "");
      loaded(exchange, fields, model, "message", nothing);
      return;
    }
    ChatRequest request = ChatRequest.read(new Fields(plain(fields)), model, OWN);
    write(exchange, fields, model, request.wanted(), "message");
  }

  /** Nothing was asked but that the model be there, or go. */
  private static void loaded(
      Exchange exchange, Fields fields, ServedModel model, String name, Object nothing)
      throws IOException {
    boolean goes =
        fields.find("keep_alive").map(f -> f.value().asText().matches("0+[smh]?")).orElse(false);
    Map<String, Object> json = line(model);
    json.put(name, nothing);
    json.put("done", true);
    json.put("done_reason", goes ? "unload" : "load");
    Answers.json(exchange, json);
  }

  private static Map<String, Object> line(ServedModel model) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("created_at", Instant.now().toString());
    return json;
  }

  private void write(
      Exchange exchange, Fields fields, ServedModel model, Wanted wanted, String name)
      throws IOException {
    Form form = new Form(model, name.equals("message"), fields.flag("logprobs", false));
    try (Run run = Run.start(model, List.of(wanted))) {
      if (!wanted.settings().stream()) {
        Answers.json(exchange, form.whole(run.await(exchange).getFirst()));
        return;
      }
      try (Sse lines = Sse.lines(exchange)) {
        try {
          run.read(
              exchange,
              house.pingMillis(),
              (index, event, whole) -> {
                Map<String, Object> line = form.line(event, whole);
                if (line != null) {
                  lines.send(line);
                }
              });
        } catch (RuntimeException e) {
          lines.send(Shape.FAULTS.body(Faults.of(e)));
        }
      }
    }
  }

  /** What answers of one request look like. */
  private record Form(ServedModel model, boolean chat, boolean odds) {
    /** A line for an event; null for none. */
    Map<String, Object> line(Event event, Whole whole) {
      return switch (event) {
        case Event.Piece e when !e.text().isEmpty() -> {
          Map<String, Object> json = part(e.text(), "", List.of());
          if (odds) {
            json.put("logprobs", Probabilities.of(e.tokens()));
          }
          yield json;
        }
        case Event.Thought e -> part("", e.text(), List.of());
        case Event.Called e -> part("", "", List.of(e.call()));
        case Event.End e -> last(part("", "", List.of()), whole);
        default -> null;
      };
    }

    Map<String, Object> whole(Whole whole) {
      Map<String, Object> json = part(whole.text(), whole.thoughts(), whole.calls());
      if (odds) {
        json.put("logprobs", Probabilities.of(whole.tokens()));
      }
      return last(json, whole);
    }

    private Map<String, Object> part(String text, String thoughts, List<ToolCall> calls) {
      Map<String, Object> json = Ollama.line(model);
      Map<String, Object> holder = chat ? new LinkedHashMap<>() : json;
      if (chat) {
        holder.put("role", "assistant");
        json.put("message", holder);
      }
      holder.put(chat ? "content" : "response", text);
      if (!thoughts.isEmpty()) {
        holder.put("thinking", thoughts);
      }
      if (!calls.isEmpty()) {
        holder.put("tool_calls", calls.stream().map(Form::call).toList());
      }
      json.put("done", false);
      return json;
    }

    private static Map<String, Object> call(ToolCall call) {
      Map<String, Object> function = new LinkedHashMap<>();
      function.put("name", call.name());
      function.put("arguments", call.values());
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", call.id());
      json.put("function", function);
      return json;
    }

    private Map<String, Object> last(Map<String, Object> json, Whole whole) {
      boolean cut = whole.stop() == StopReason.LIMIT || whole.stop() == StopReason.CONTEXT;
      json.put("done", true);
      json.put("done_reason", cut ? "length" : "stop");
      json.put("total_duration", whole.nanos());
      json.put("load_duration", 0);
      json.put("prompt_eval_count", whole.promptTokens());
      json.put("prompt_eval_duration", whole.promptNanos());
      json.put("eval_count", whole.drawn());
      json.put("eval_duration", whole.drawnNanos());
      return json;
    }
  }

  // ---- vectors -----------------------------------------------------------------------------

  private void embed(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = model(fields);
    long start = System.nanoTime();
    Vectors.Texts texts = Vectors.texts(fields, model);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("embeddings", texts.vectors(fields.integer("dimensions", 0)));
    json.put("total_duration", System.nanoTime() - start);
    json.put("load_duration", 0);
    json.put("prompt_eval_count", texts.tokens());
    Answers.json(exchange, json);
  }

  private void oldEmbeddings(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = model(fields);
    ObjectNode node = fields.node().deepCopy();
    node.set("input", MAPPER.getNodeFactory().textNode(fields.text("prompt", "")));
    Vectors.Texts texts = Vectors.texts(new Fields(node), model);
    Answers.json(exchange, Map.of("embedding", texts.vectors(0).getFirst()));
  }

  private void pull(Exchange exchange) throws IOException {
    model(Json.object(exchange.body()));
    Answers.json(exchange, Map.of("status", "success"));
  }
}
