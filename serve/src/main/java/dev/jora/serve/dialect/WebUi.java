package dev.jora.serve.dialect;

import dev.jora.gguf.Utf8;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.Route;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.text.Parameters;
import dev.jora.serve.text.TextSettings;
import dev.jora.serve.write.DrawnToken;
import dev.jora.serve.write.Run;
import dev.jora.serve.write.Wanted;
import dev.jora.serve.write.Whole;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What text-generation-webui and TabbyAPI have beside OpenAI's endpoints. */
public final class WebUi implements Dialect {
  private static final int USUAL_LOGITS = 50;

  private final House house;

  /** For a house. */
  public WebUi(House house) {
    this.house = house;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        get("/v1/internal/health", e -> Answers.json(e, Map.of("status", "ok"))),
        get("/v1/internal/model/info", this::info),
        get(
            "/v1/internal/model/list",
            e -> json(e, "model_names", house.model(null).offer().names())),
        get("/v1/internal/lora/list", e -> json(e, "lora_names", List.of())),
        post("/v1/internal/encode", this::encode),
        post("/v1/internal/decode", this::decode),
        post("/v1/internal/token-count", this::count),
        post("/v1/internal/logits", this::logits),
        post("/v1/internal/chat-prompt", this::chatPrompt),
        post("/v1/internal/stop-generation", this::stop),
        get("/v1/model", this::card),
        get("/v1/model/list", this::cards),
        get("/v1/lora", e -> list(e, List.of())),
        get("/v1/loras", e -> list(e, List.of())),
        get("/v1/template/list", e -> list(e, List.of())),
        get("/v1/sampling/override/list", e -> list(e, List.of())),
        get("/v1/auth/permission", e -> json(e, "permission", "api")),
        post("/v1/token/encode", this::encode),
        post("/v1/token/decode", this::decode));
  }

  private static Route get(String path, Handler handler) {
    return new Route("GET", path, false, OpenAiFaults.SHAPE, handler);
  }

  private static Route post(String path, Handler handler) {
    return new Route("POST", path, false, OpenAiFaults.SHAPE, handler);
  }

  private static void json(Exchange exchange, String name, Object value) throws IOException {
    Answers.json(exchange, Map.of(name, value));
  }

  private static void list(Exchange exchange, List<?> data) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "list");
    json.put("data", data);
    Answers.json(exchange, json);
  }

  private void info(Exchange exchange) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", house.model(null).name());
    json.put("lora_names", List.of());
    json.put("loader", "jora");
    Answers.json(exchange, json);
  }

  private void card(Exchange exchange) throws IOException {
    Answers.json(exchange, tabbyCard());
  }

  private void cards(Exchange exchange) throws IOException {
    list(exchange, List.of(tabbyCard()));
  }

  private Map<String, Object> tabbyCard() {
    ServedModel model = house.model(null);
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("max_seq_len", model.contextSize());
    parameters.put("cache_size", model.contextSize() * model.scheduler().settings().slots());
    parameters.put("cache_mode", "FP16");
    parameters.put("max_batch_size", model.scheduler().settings().slots());
    parameters.put("prompt_template", "model");
    parameters.put("prompt_template_content", model.templateText());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", model.name());
    json.put("object", "model");
    json.put("created", model.since().getEpochSecond());
    json.put("owned_by", "jora");
    json.put("parameters", parameters);
    return json;
  }

  private void encode(Exchange exchange) throws IOException {
    int[] ids = ids(Json.object(exchange.body()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("tokens", ids);
    json.put("length", ids.length);
    Answers.json(exchange, json);
  }

  private int[] ids(Fields fields) {
    boolean begins = fields.flag("add_bos_token", true);
    boolean special = fields.flag("encode_special_tokens", true);
    String text = fields.find("text").map(ChatMessages::content).orElse("");
    return house.model(null).tokenizer().encode(text, begins, special);
  }

  private void count(Exchange exchange) throws IOException {
    json(exchange, "length", ids(Json.object(exchange.body())).length);
  }

  private void decode(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    Tokenizer tokenizer = house.model(null).tokenizer();
    boolean special = fields.flag("decode_special_tokens", true);
    int[] ids = fields.find("tokens").map(f -> Prompts.ids(f, tokenizer)).orElse(new int[0]);
    json(exchange, "text", Utf8.decode(tokenizer.decode(ids, special)));
  }

  /** The likeliest tokens behind a prompt, of which one is drawn for it. */
  private void logits(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(null);
    Fields asked = new Fields(fields.node().deepCopy());
    asked.node().put("n_probs", Math.clamp(fields.integer("top_logits", USUAL_LOGITS), 1, 1000));
    asked.node().put("post_sampling_probs", fields.flag("use_samplers", false));
    asked.node().put("n_predict", 1);
    asked.node().remove("n");
    TextSettings settings = Parameters.read(asked, model, "n_predict");
    int[] prompt = model.tokenizer().encode(fields.text("prompt", ""), true, true);
    if (prompt.length == 0) {
      throw HttpFault.invalid("the prompt has no tokens");
    }
    try (Run run = Run.start(model, List.of(new Wanted.Continuation(prompt, settings)))) {
      Whole whole = run.await(exchange).getFirst();
      Map<String, Object> odds = new LinkedHashMap<>();
      for (DrawnToken token : whole.tokens()) {
        token.others().forEach(t -> odds.putIfAbsent(Probabilities.text(t), Math.exp(t.logprob())));
      }
      json(exchange, "logits", odds);
    }
  }

  private void chatPrompt(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    json(exchange, "prompt", ChatRequest.read(fields, house.model(null)).prompt());
  }

  private void stop(Exchange exchange) throws IOException {
    house.model(null).scheduler().cancelAll();
    Answers.json(exchange, "OK");
  }
}
