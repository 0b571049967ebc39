package dev.jora.serve.dialect;

import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.Route;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OpenAI's endpoints. */
public final class OpenAi implements Dialect {
  private static final String MODEL = "/v1/models/";

  private final House house;
  private final ChatCompletions chat;
  private final TextCompletions texts;
  private final Responses responses;
  private final Vectors vectors;

  /** For a house. */
  public OpenAi(House house) {
    this.house = house;
    this.chat = new ChatCompletions(house);
    this.texts = new TextCompletions(house);
    this.responses = new Responses(house);
    this.vectors = new Vectors(house);
  }

  @Override
  public List<Route> routes() {
    return List.of(
        route("GET", "/v1/models", this::models),
        route("GET", "/models", this::models),
        route("GET", MODEL + "*", this::model),
        route("POST", "/v1/completions", texts::answer),
        route("POST", "/v1/chat/completions", chat::answer),
        route("POST", "/chat/completions", chat::answer),
        route("POST", "/v1/chat/completions/input_tokens", this::inputTokens),
        route("POST", "/v1/responses", responses::answer),
        route("POST", "/v1/embeddings", vectors::openAi));
  }

  private static Route route(String method, String path, Handler handler) {
    return new Route(method, path, false, OpenAiFaults.SHAPE, handler);
  }

  private void models(Exchange exchange) throws IOException {
    Answers.json(exchange, ModelCards.list(house.model(null)));
  }

  private void model(Exchange exchange) throws IOException {
    String name = exchange.path().substring(MODEL.length());
    if (!house.knows(name)) {
      throw new HttpFault(HttpFault.Kind.NOT_FOUND, "model '" + name + "' not found");
    }
    Answers.json(exchange, ModelCards.card(house.model(name)));
  }

  private void inputTokens(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("input_tokens", ChatRequest.read(fields, model).tokens());
    json.put("object", "response.input_tokens");
    Answers.json(exchange, json);
  }
}
