package dev.jora.serve.dialect;

import dev.jora.chat.ChatException;
import dev.jora.chat.ChatFormat;
import dev.jora.gguf.Utf8;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.Route;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.schedule.Counts;
import dev.jora.serve.schedule.SlotState;
import dev.jora.serve.text.Parameters;
import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Vocab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** llama-server's own endpoints. */
public final class Llama implements Dialect {
  private final House house;
  private final LlamaCompletions completions;
  private final Vectors vectors;

  /** For a house. */
  public Llama(House house) {
    this.house = house;
    this.completions = new LlamaCompletions(house);
    this.vectors = new Vectors(house);
  }

  @Override
  public List<Route> routes() {
    return List.of(
        open("/health", this::health),
        open("/v1/health", this::health),
        get("/props", this::props),
        get("/slots", this::slots),
        get("/metrics", this::metrics),
        get("/lora-adapters", exchange -> Answers.json(exchange, List.of())),
        post("/lora-adapters", this::scaleAdapters),
        post("/slots/*", this::slot),
        post("/tokenize", this::tokenize),
        post("/detokenize", this::detokenize),
        post("/apply-template", this::applyTemplate),
        post("/completion", completions::answer),
        post("/completions", completions::answer),
        post("/infill", this::infill),
        post("/embedding", vectors::llama),
        post("/embeddings", vectors::llama),
        post("/rerank", vectors::rerank),
        post("/reranking", vectors::rerank),
        post("/v1/rerank", vectors::rerank),
        post("/v1/reranking", vectors::rerank));
  }

  private static Route open(String path, Handler handler) {
    return new Route("GET", path, true, OpenAiFaults.SHAPE, handler);
  }

  private static Route get(String path, Handler handler) {
    return new Route("GET", path, false, OpenAiFaults.SHAPE, handler);
  }

  private static Route post(String path, Handler handler) {
    return new Route("POST", path, false, OpenAiFaults.SHAPE, handler);
  }

  private void health(Exchange exchange) throws IOException {
    Answers.json(exchange, Map.of("status", "ok"));
  }

  private void props(Exchange exchange) throws IOException {
    ServedModel model = house.model(exchange.query("model"));
    Vocab vocab = model.tokenizer().vocab();
    Map<String, Object> params =
        GenerationSettings.of(Parameters.read(new Fields(Json.object()), model));
    Map<String, Object> defaults = new LinkedHashMap<>();
    defaults.put("params", params);
    defaults.put("n_ctx", model.contextSize());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("default_generation_settings", defaults);
    json.put("total_slots", model.scheduler().settings().slots());
    json.put("model_alias", model.name());
    json.put("model_ftype", ModelCards.fileType(model));
    json.put("model_path", "" + model.model().metadata().file().getFileName());
    json.put("modalities", Map.of("vision", false, "video", false, "audio", false));
    json.put("media_marker", "<__media__>");
    json.put("endpoint_slots", true);
    json.put("endpoint_props", true);
    json.put("endpoint_metrics", true);
    json.put("ui", true);
    json.put("ui_settings", Map.of());
    json.put("chat_template", model.templateText());
    json.put("chat_template_caps", capabilities(model));
    json.put("bos_token", token(vocab, vocab.bos()));
    json.put("eos_token", token(vocab, vocab.eos()));
    json.put("build_info", "jora " + house.version());
    json.put("is_sleeping", false);
    json.put("cors_proxy_enabled", false);
    Answers.json(exchange, json);
  }

  private static String token(Vocab vocab, int id) {
    return id < 0 ? "" : vocab.text(id);
  }

  private static Map<String, Object> capabilities(ServedModel model) {
    Map<String, Object> caps = new LinkedHashMap<>();
    boolean tools = false;
    boolean system = false;
    try {
      ChatFormat format = model.format();
      tools = format.takesTools();
      system = format.takesSystem();
    } catch (ChatException e) {
      // there is no template
    }
    String template = model.templateText();
    caps.put("supports_object_arguments", tools && template.contains("arguments"));
    caps.put("supports_parallel_tool_calls", tools);
    caps.put("supports_preserve_reasoning", template.contains("reasoning_content"));
    caps.put("supports_reasoning_effort", template.contains("reasoning_effort"));
    caps.put("supports_string_content", true);
    caps.put("supports_system_role", system);
    caps.put("supports_tool_calls", tools);
    caps.put("supports_tools", tools);
    caps.put("supports_typed_content", false);
    return caps;
  }

  private void slots(Exchange exchange) throws IOException {
    ServedModel model = house.model(null);
    List<SlotState> states = model.scheduler().slots();
    if (exchange.query("fail_on_no_slot") != null && states.stream().allMatch(SlotState::busy)) {
      throw new HttpFault(HttpFault.Kind.UNAVAILABLE, "no slot available").retryAfter(1);
    }
    List<Object> json = new ArrayList<>();
    for (SlotState state : states) {
      Map<String, Object> slot = new LinkedHashMap<>();
      slot.put("id", state.id());
      slot.put("n_ctx", model.contextSize());
      slot.put("speculative", false);
      slot.put("is_processing", state.busy());
      if (state.busy()) {
        slot.put("n_prompt_tokens", state.promptTokens());
        slot.put(
            "n_prompt_tokens_processed",
            Math.min(state.read(), state.promptTokens()) - state.cached());
        slot.put("n_prompt_tokens_cache", state.cached());
        Map<String, Object> next = new LinkedHashMap<>();
        next.put("has_next_token", true);
        next.put("n_decoded", Math.max(0, state.read() - state.promptTokens()));
        slot.put("next_token", List.of(next));
      }
      json.add(slot);
    }
    Answers.json(exchange, json);
  }

  private void slot(Exchange exchange) throws IOException {
    String action = exchange.query("action");
    if (!List.of("save", "restore", "erase").contains("" + action)) {
      throw HttpFault.invalid("Invalid action");
    }
    ServedModel model = house.model(null);
    int id = slotNumber(exchange.path().substring("/slots/".length()), model);
    if (!action.equals("erase")) {
      String name = Json.object(exchange.body()).text("filename", "");
      if (name.isEmpty() || name.startsWith(".") || name.matches(".*[/\\\\:\\x00-\\x1f].*")) {
        throw HttpFault.invalid("Invalid filename");
      }
      throw HttpFault.unsupported("This server does not save slots: it has no --slot-save-path");
    }
    model.scheduler().forget();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id_slot", id);
    json.put("n_erased", 0);
    Answers.json(exchange, json);
  }

  private static int slotNumber(String text, ServedModel model) {
    int slots = model.scheduler().settings().slots();
    if (!text.matches("\\d{1,6}") || Integer.parseInt(text) >= slots) {
      throw HttpFault.invalid("Invalid slot ID");
    }
    return Integer.parseInt(text);
  }

  private void scaleAdapters(Exchange exchange) {
    throw HttpFault.unsupported("This server has no adapters: it was started without --lora");
  }

  private void metrics(Exchange exchange) throws IOException {
    ServedModel model = house.model(null);
    Counts counts = model.scheduler().counts();
    StringBuilder text = new StringBuilder();
    counter(
        text, "prompt_tokens_total", "Number of prompt tokens processed.", counts.promptTokens());
    counter(
        text,
        "prompt_tokens_cached_total",
        "Prompt tokens had without reading.",
        counts.cachedTokens());
    counter(text, "prompt_seconds_total", "Prompt process time", counts.promptNanos() / 1e9);
    counter(
        text,
        "tokens_predicted_total",
        "Number of generation tokens processed.",
        counts.drawnTokens());
    counter(
        text, "tokens_predicted_seconds_total", "Predict process time", counts.drawnNanos() / 1e9);
    counter(text, "n_decode_total", "Passes of the model.", counts.passes());
    counter(text, "n_tokens_max", "Largest observed n_tokens.", counts.longest());
    gauge(
        text,
        "prompt_tokens_seconds",
        "Average prompt throughput in tokens/s.",
        rate(counts.promptTokens(), counts.promptNanos()));
    gauge(
        text,
        "predicted_tokens_seconds",
        "Average generation throughput in tokens/s.",
        rate(counts.drawnTokens(), counts.drawnNanos()));
    gauge(
        text,
        "requests_processing",
        "Number of requests processing.",
        model.scheduler().slots().stream().filter(SlotState::busy).count());
    gauge(text, "requests_deferred", "Number of requests deferred.", model.scheduler().waiting());
    gauge(
        text,
        "n_busy_slots_per_decode",
        "Average number of busy slots per pass.",
        counts.passes() == 0 ? 0 : (double) counts.busySlots() / counts.passes());
    exchange.header("Process-Start-Time-Unix", "" + house.started().getEpochSecond());
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    exchange.answer(200, "text/plain; version=0.0.4", body);
  }

  private static double rate(long n, long nanos) {
    return nanos == 0 ? 0 : n * 1e9 / nanos;
  }

  private static void counter(StringBuilder text, String name, String help, double value) {
    metric(text, name, help, "counter", value);
  }

  private static void gauge(StringBuilder text, String name, String help, double value) {
    metric(text, name, help, "gauge", value);
  }

  private static void metric(
      StringBuilder text, String name, String help, String type, double value) {
    String shown =
        value == Math.rint(value)
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.6f", value);
    text.append("# HELP llamacpp:").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE llamacpp:").append(name).append(' ').append(type).append('\n');
    text.append("llamacpp:").append(name).append(' ').append(shown).append('\n');
  }

  private void tokenize(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    Tokenizer tokenizer = house.model(fields.text("model", null)).tokenizer();
    Field content = fields.find(List.of("content", "prompt", "text")).orElse(null);
    int[] ids = {};
    if (content != null) {
      boolean special = fields.flag("add_special", false);
      boolean parse = fields.flag("parse_special", true);
      ids =
          content.value().isTextual()
              ? tokenizer.encode(content.text(), special, parse)
              : Prompts.read(content, tokenizer).getFirst();
    }
    List<Object> tokens = new ArrayList<>();
    for (int id : ids) {
      tokens.add(fields.flag("with_pieces", false) ? piece(id, tokenizer) : (Object) id);
    }
    Answers.json(exchange, Map.of("tokens", tokens));
  }

  private static Map<String, Object> piece(int id, Tokenizer tokenizer) {
    byte[] bytes = tokenizer.piece(id, true);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    try {
      json.put(
          "piece", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      List<Integer> list = new ArrayList<>();
      for (byte b : bytes) {
        list.add(b & 0xff);
      }
      json.put("piece", list);
    }
    return json;
  }

  private void detokenize(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    Tokenizer tokenizer = house.model(fields.text("model", null)).tokenizer();
    int[] ids = fields.find("tokens").map(f -> Prompts.ids(f, tokenizer)).orElse(new int[0]);
    Answers.json(exchange, Map.of("content", Utf8.decode(tokenizer.detokenize(ids, true))));
  }

  private void applyTemplate(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    Answers.json(exchange, Map.of("prompt", ChatRequest.read(fields, model).prompt()));
  }

  private void infill(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    Infill infill = Infill.of(model);
    int[] prompt = infill.prompt(fields, model.contextSize());
    completions.answer(
        exchange, fields, model, List.of(prompt), Parameters.read(fields, model, "n_predict"));
  }
}
