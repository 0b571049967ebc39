package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.engine.StopReason;
import dev.jora.gguf.Utf8;
import dev.jora.grammar.schema.JsonSchema;
import dev.jora.grammar.schema.SchemaException;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.FaultShape;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.Route;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.schedule.CancelledException;
import dev.jora.serve.schedule.SlotState;
import dev.jora.serve.text.Parameters;
import dev.jora.serve.text.TextSettings;
import dev.jora.serve.write.Event;
import dev.jora.serve.write.Run;
import dev.jora.serve.write.Wanted;
import dev.jora.serve.write.Whole;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** KoboldCpp's endpoints. */
public final class Kobold implements Dialect {
  private static final String VERSION = "1.102"; // whose features there are, by which clients go
  private static final int USUAL_LENGTH = 240;
  private static final String[] OWN = {
    "max_length",
    "rep_pen",
    "rep_pen_range",
    "typical",
    "sampler_seed",
    "stop_sequence",
    "guidance_scale",
    "nsigma",
    "banned_tokens"
  };

  private final House house;
  private final Map<String, Work> work = new ConcurrentHashMap<>(); // by the client's key
  private volatile Last last = new Last(0, 0, 0, 0, -1, Instant.EPOCH);
  private volatile List<Object> lastOdds = List.of();

  /** What is written for a client. */
  private record Work(Run run, Whole whole, TextSettings settings) {}

  /** What was written last. */
  private record Last(
      double promptSeconds, double drawnSeconds, int input, int drawn, int reason, Instant at) {}

  /** For a house. */
  public Kobold(House house) {
    this.house = house;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        get("/api/v1/model", e -> value(e, "result", "koboldcpp/" + model().name())),
        get("/api/latest/model", e -> value(e, "result", "koboldcpp/" + model().name())),
        get("/api/v1/info/version", e -> value(e, "result", "1.2.5")),
        get("/api/latest/info/version", e -> value(e, "result", "1.2.5")),
        get("/api/v1/config/max_length", e -> value(e, "value", USUAL_LENGTH)),
        get("/api/latest/config/max_length", e -> value(e, "value", USUAL_LENGTH)),
        get("/api/v1/config/max_context_length", e -> value(e, "value", model().contextSize())),
        get("/api/latest/config/max_context_length", e -> value(e, "value", model().contextSize())),
        get("/api/extra/true_max_context_length", e -> value(e, "value", model().contextSize())),
        get("/api/v1/config/soft_prompts_list", e -> value(e, "values", List.of())),
        get("/api/v1/config/soft_prompt", e -> value(e, "value", "")),
        get("/api/extra/version", this::version),
        get("/api/extra/preloadstory", e -> Answers.json(e, Map.of())),
        get("/api/extra/perf", this::perf),
        get("/.well-known/serviceinfo", this::serviceInfo),
        post("/api/v1/generate", this::generate),
        post("/api/latest/generate", this::generate),
        post("/api/extra/generate/stream", this::stream),
        post("/api/extra/generate/check", this::check),
        get("/api/extra/generate/check", this::check),
        post("/api/extra/abort", this::abort),
        post("/api/extra/tokencount", this::tokenCount),
        post("/api/extra/tokenize", this::tokenCount),
        post("/api/extra/detokenize", this::detokenize),
        post("/api/extra/last_logprobs", this::lastLogprobs),
        post("/api/extra/json_to_grammar", this::grammar));
  }

  private static Route get(String path, Handler handler) {
    return new Route("GET", path, true, Shape.FAULTS, handler);
  }

  private static Route post(String path, Handler handler) {
    return new Route("POST", path, false, Shape.FAULTS, handler);
  }

  /** Faults in KoboldCpp's words. */
  private static final class Shape implements FaultShape {
    private static final Shape FAULTS = new Shape();

    @Override
    public Object body(HttpFault fault) {
      Map<String, Object> detail = new LinkedHashMap<>();
      switch (fault.kind()) {
        case BUSY, UNAVAILABLE -> {
          detail.put("msg", "Server is busy; please try again later.");
          detail.put("type", "service_unavailable");
        }
        case AUTHENTICATION -> {
          detail.put("error", "Unauthorized");
          detail.put("msg", "Authentication key is missing or invalid.");
          detail.put("type", "unauthorized");
        }
        default -> {
          detail.put("msg", fault.getMessage());
          detail.put("type", fault.kind().status() < 500 ? "bad_input" : fault.kind().type());
        }
      }
      return Map.of("detail", detail);
    }

    @Override
    public int status(HttpFault fault) {
      return fault.kind() == HttpFault.Kind.BUSY ? 503 : fault.kind().status();
    }
  }

  private ServedModel model() {
    return house.model(null);
  }

  private static void value(Exchange exchange, String name, Object value) throws IOException {
    Answers.json(exchange, Map.of(name, value));
  }

  private void version(Exchange exchange) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("result", "KoboldCpp");
    json.put("version", VERSION);
    json.put("protected", house.isProtected());
    json.put("llm", true);
    for (String absent :
        List.of(
            "txt2img",
            "vision",
            "audio",
            "transcribe",
            "multiplayer",
            "websearch",
            "tts",
            "embeddings",
            "music",
            "savedata",
            "mcp",
            "router")) {
      json.put(absent, false);
    }
    json.put("admin", 0);
    json.put("guidance", true);
    json.put("jinja", true);
    Answers.json(exchange, json);
  }

  private void perf(Exchange exchange) throws IOException {
    Last now = last;
    boolean idle = model().scheduler().slots().stream().noneMatch(SlotState::busy);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("last_process", now.promptSeconds);
    json.put("last_eval", now.drawnSeconds);
    json.put("last_token_count", now.drawn);
    json.put("last_input_count", now.input);
    json.put("last_process_speed", now.promptSeconds == 0 ? 0 : now.input / now.promptSeconds);
    json.put("last_eval_speed", now.drawnSeconds == 0 ? 0 : now.drawn / now.drawnSeconds);
    json.put("last_seed", -1);
    json.put("last_draft_success", 0);
    json.put("last_draft_failed", 0);
    json.put("total_gens", model().scheduler().counts().texts());
    json.put("stop_reason", now.reason);
    json.put("total_img_gens", 0);
    json.put("queue", model().scheduler().waiting());
    json.put("idle", idle ? 1 : 0);
    json.put("hordeexitcounter", -1);
    json.put("uptime", Duration.between(house.started(), Instant.now()).toSeconds());
    json.put("idletime", idle ? Duration.between(latest(now.at), Instant.now()).toSeconds() : 0);
    json.put("quiet", true);
    Answers.json(exchange, json);
  }

  private Instant latest(Instant at) {
    return at.isAfter(house.started()) ? at : house.started();
  }

  private void serviceInfo(Exchange exchange) throws IOException {
    Map<String, Object> software = new LinkedHashMap<>();
    software.put("name", "jora");
    software.put("version", house.version());
    software.put("repository", "https://jora.dev/jora.git");
    software.put("homepage", "https://jora.dev/");
    software.put("logo", "");
    Map<String, Object> kobold = new LinkedHashMap<>();
    kobold.put("name", "KoboldAI API");
    kobold.put("rel_url", "/api");
    kobold.put("documentation", "https://jora.dev/");
    kobold.put("version", VERSION);
    Map<String, Object> openai = new LinkedHashMap<>(kobold);
    openai.put("name", "OpenAI API");
    openai.put("rel_url", "/v1");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "0.2");
    json.put("software", software);
    json.put("api", Map.of("koboldai", kobold, "openai", openai));
    Answers.json(exchange, json);
  }

  // ---- texts -------------------------------------------------------------------------------

  /** A request with the names of the common table. */
  private static Fields plain(Fields fields) {
    ObjectNode node = fields.node().deepCopy();
    if (!fields.has("max_length")) {
      node.put("max_length", USUAL_LENGTH);
    }
    if (fields.flag("bypass_eos", false)) {
      node.put("render_special", true);
    }
    node.remove("logprobs");
    node.put("n_probs", fields.flag("logprobs", false) ? 5 : 0);
    if (node.path("logit_bias").isObject() && node.path("logit_bias").isEmpty()) {
      node.remove("logit_bias");
    }
    return new Fields(node);
  }

  /** The tokens of the prompt; what does not fit is cut from its front, behind the memory. */
  private static int[] prompt(Fields fields, ServedModel model, TextSettings settings) {
    Tokenizer tokenizer = model.tokenizer();
    int[] memory = tokenizer.encode(fields.text("memory", ""), true, true);
    boolean alone = fields.text("memory", "").isEmpty();
    int[] prompt = tokenizer.encode(fields.text("prompt", ""), alone, true);
    int wanted = Math.min(fields.integer("max_context_length", 1 << 30), model.contextSize());
    int most = Math.max(1, wanted - Math.max(1, Math.min(settings.maxTokens(), wanted / 2)));
    int[] kept = alone ? new int[0] : IntStream.of(memory).limit(most / 2).toArray();
    int room = most - kept.length;
    int[] end = IntStream.of(prompt).skip(Math.max(0, prompt.length - room)).toArray();
    int[] all = IntStream.concat(IntStream.of(kept), IntStream.of(end)).toArray();
    if (all.length == 0) {
      throw HttpFault.invalid("the prompt is empty");
    }
    return all;
  }

  private Work begin(Fields asked) {
    Fields fields = plain(asked);
    ServedModel model = house.model(null);
    TextSettings settings = Parameters.read(fields, model, OWN);
    int[] prompt = prompt(fields, model, settings);
    Run run = Run.start(model, List.of(new Wanted.Continuation(prompt, settings)));
    Work begun = new Work(run, run.wholes().getFirst(), settings);
    work.put(key(fields), begun);
    return begun;
  }

  private static String key(Fields fields) {
    return fields.text("genkey", "");
  }

  private void ended(Fields fields, Work done) {
    work.remove(key(fields), done);
    Whole whole = done.whole;
    if (whole.isEnded()) {
      lastOdds = Probabilities.of(whole.tokens());
      last =
          new Last(
              whole.promptNanos() / 1e9,
              whole.drawnNanos() / 1e9,
              whole.promptTokens(),
              whole.drawn(),
              reason(whole),
              Instant.now());
    }
  }

  private static int reason(Whole whole) {
    return switch (whole.stop()) {
      case EOS -> 1;
      case WORD -> 2;
      case LIMIT, CONTEXT -> 0;
      case INTERRUPTED -> -1;
    };
  }

  private static String finish(Whole whole) {
    return whole.stop() == StopReason.LIMIT || whole.stop() == StopReason.CONTEXT
        ? "length"
        : "stop";
  }

  /** What ended the text, where that is shown. */
  private static String shownEnd(Work done) {
    return done.settings.trimStop() ? "" : done.whole.stopWord();
  }

  private void generate(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    Work mine = begin(fields);
    try (Run run = mine.run) {
      Whole whole = mine.whole;
      try {
        run.await(exchange);
      } finally {
        ended(fields, mine);
      }
      boolean odds = fields.flag("logprobs", false);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("text", whole.text() + shownEnd(mine));
      result.put("finish_reason", finish(whole));
      result.put("logprobs", odds ? Probabilities.classic(whole.tokens(), 0) : null);
      result.put("prompt_tokens", whole.promptTokens());
      result.put("completion_tokens", whole.drawn());
      Answers.json(exchange, Map.of("results", List.of(result)));
    } catch (CancelledException e) { // it waited still
      Answers.json(
          exchange, Map.of("results", List.of(Map.of("text", "", "finish_reason", "stop"))));
    }
  }

  private void stream(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    Work mine = begin(fields);
    try (Run run = mine.run;
        Sse sse = Sse.events(exchange)) {
      run.read(
          exchange,
          house.pingMillis(),
          new Run.Reader() {
            @Override
            public void event(int index, Event event, Whole whole) throws IOException {
              if (event instanceof Event.Piece e && !e.text().isEmpty()) {
                sse.send("message", token(e.text(), null));
              } else if (event instanceof Event.End) {
                sse.send("message", token(shownEnd(mine), finish(whole)));
              }
            }

            @Override
            public void silence() throws IOException {
              sse.alive();
            }
          });
    } catch (CancelledException e) {
      // nothing came of it
    } finally {
      ended(fields, mine);
    }
  }

  private static Map<String, Object> token(String text, String finish) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("token", text);
    json.put("finish_reason", finish);
    return json;
  }

  private void check(Exchange exchange) throws IOException {
    Fields fields = Json.objectOrNothing(exchange.body());
    Work mine = work.get(key(fields));
    String text = mine == null ? "" : mine.whole.text();
    Answers.json(exchange, Map.of("results", List.of(Map.of("text", text))));
  }

  private void abort(Exchange exchange) throws IOException {
    Fields fields = Json.objectOrNothing(exchange.body());
    Work mine = work.get(key(fields));
    if (mine == null && key(fields).isEmpty() && work.size() == 1) {
      mine = work.values().iterator().next(); // who else could be meant
    }
    if (mine != null) {
      mine.run.stop();
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("success", mine != null ? "true" : "false");
    json.put("done", "true");
    Answers.json(exchange, json);
  }

  // ---- tokens ------------------------------------------------------------------------------

  private void tokenCount(Exchange exchange) throws IOException {
    int[] ids;
    try {
      Fields fields = Json.object(exchange.body());
      ids =
          model().tokenizer().encode(fields.text("prompt", ""), fields.flag("special", true), true);
    } catch (HttpFault e) {
      exchange.answer(400, Json.TYPE, Json.bytes(Map.of("value", -1)));
      return;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", ids.length);
    json.put("ids", ids);
    Answers.json(exchange, json);
  }

  private void detokenize(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    Tokenizer tokenizer = model().tokenizer();
    int[] ids = fields.find("ids").map(f -> Prompts.ids(f, tokenizer)).orElse(new int[0]);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("result", Utf8.decode(tokenizer.decode(ids, true)));
    json.put("success", true);
    Answers.json(exchange, json);
  }

  private void lastLogprobs(Exchange exchange) throws IOException {
    List<Object> odds = lastOdds;
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("logprobs", odds.isEmpty() ? null : Map.of("content", odds));
    Answers.json(exchange, json);
  }

  private void grammar(Exchange exchange) throws IOException {
    Fields schema = Json.object(exchange.body()).object("schema");
    Map<String, Object> json = new LinkedHashMap<>();
    try {
      JsonSchema.Reading closed = new JsonSchema.Reading(false, true);
      json.put("result", JsonSchema.rules("root", schema.node(), closed));
      json.put("success", true);
    } catch (SchemaException e) {
      json.put("result", e.getMessage());
      json.put("success", false);
    }
    Answers.json(exchange, json);
  }
}
