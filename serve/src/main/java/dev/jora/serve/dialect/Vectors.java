package dev.jora.serve.dialect;

import dev.jora.engine.TextTooLongException;
import dev.jora.model.Pooling;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Texts as vectors, and documents as scores. */
final class Vectors {
  private static final int MOST = 2048;
  private static final String OFF = "This server does not support ";

  private final House house;

  Vectors(House house) {
    this.house = house;
  }

  /** {@code /v1/embeddings}. */
  void openAi(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = embedding(fields);
    boolean base64 = fields.text("encoding_format", "float").equals("base64");
    Texts texts = texts(fields, model);
    List<float[]> vectors = texts.vectors(fields.integer("dimensions", 0));
    List<Object> data = new ArrayList<>();
    for (float[] vector : vectors) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("embedding", base64 ? base64(vector) : vector);
      one.put("index", data.size());
      one.put("object", "embedding");
      if (base64) {
        one.put("encoding_format", "base64");
      }
      data.add(one);
    }
    int tokens = texts.tokens();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("object", "list");
    json.put("usage", Map.of("prompt_tokens", tokens, "total_tokens", tokens));
    json.put("data", data);
    Answers.json(exchange, json);
  }

  /** llama-server's own {@code /embedding}. */
  void llama(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = embedding(fields);
    List<Object> data = new ArrayList<>();
    for (float[] vector : texts(fields, model).vectors(0)) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("index", data.size());
      one.put("embedding", List.of(vector));
      data.add(one);
    }
    Answers.json(exchange, data);
  }

  /** {@code /v1/rerank}. */
  void rerank(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    if (!model.offer().reranking()) {
      throw HttpFault.unsupported("%sreranking. Start it with `--reranking`", OFF);
    }
    String query =
        fields
            .find("query")
            .map(Field::text)
            .orElseThrow(() -> HttpFault.invalid("\"query\" must be provided"));
    List<String> documents = new ArrayList<>();
    Field list =
        fields
            .find(List.of("documents", "texts"))
            .orElseThrow(() -> HttpFault.invalid("\"documents\" must be a non-empty string array"));
    for (Field each : list.list()) {
      documents.add(each.value().isObject() ? each.object().text("text", "") : each.text());
    }
    Function<String, int[]> prompt = model.rankPrompts().apply(query);
    List<int[]> texts = documents.stream().map(prompt).toList();
    List<float[]> scores = vectors(model, texts, Pooling.RANK);
    List<Map<String, Object>> results = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("index", i);
      one.put("relevance_score", scores.get(i)[0]);
      if (fields.flag("return_documents", false) || fields.flag("return_text", false)) {
        one.put("document", Map.of("text", documents.get(i)));
      }
      results.add(one);
    }
    results.sort(
        (a, b) ->
            Float.compare((float) b.get("relevance_score"), (float) a.get("relevance_score")));
    int top = Math.clamp(fields.integer("top_n", results.size()), 0, results.size());
    int tokens = texts.stream().mapToInt(t -> t.length).sum();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("object", "list");
    json.put("usage", Map.of("prompt_tokens", tokens, "total_tokens", tokens));
    json.put("results", results.subList(0, top));
    Answers.json(exchange, json);
  }

  private ServedModel embedding(Fields fields) {
    return house.model(fields.text("model", null));
  }

  /**
   * Texts that are to become vectors.
   *
   * @param ids tokens of each
   */
  record Texts(ServedModel model, List<int[]> ids) {
    /** How many tokens they have. */
    int tokens() {
      return ids.stream().mapToInt(t -> t.length).sum();
    }

    /** Vectors of length 1; of their first values if fewer are wanted than there are. */
    List<float[]> vectors(int dimensions) {
      return Vectors.vectors(model, ids, model.offer().pooling()).stream()
          .map(v -> unit(v, dimensions))
          .toList();
    }
  }

  /**
   * The texts of a request.
   *
   * @throws HttpFault if there are none, or vectors are not offered
   */
  static Texts texts(Fields fields, ServedModel model) {
    if (!model.offer().embeddings()) {
      throw HttpFault.unsupported("%sembeddings. Start it with `--embeddings`", OFF);
    }
    Field field =
        fields
            .find(List.of("input", "content"))
            .orElseThrow(() -> HttpFault.invalid("\"input\" or \"content\" must be provided"));
    List<int[]> texts = Prompts.read(field, model.tokenizer());
    boolean blank = field.value().isTextual() && field.text().isEmpty();
    if (blank || texts.isEmpty() || texts.stream().anyMatch(t -> t.length == 0)) {
      throw HttpFault.invalid("Input content cannot be empty");
    }
    if (texts.size() > MOST) {
      throw field.fault("at most %d texts, found %d", MOST, texts.size());
    }
    return new Texts(model, texts);
  }

  private static List<float[]> vectors(ServedModel model, List<int[]> texts, Pooling pooling) {
    try {
      return model.vectors(texts, pooling);
    } catch (TextTooLongException e) {
      throw new HttpFault(HttpFault.Kind.INVALID, e.getMessage(), e);
    }
  }

  /** Of length 1, of its first values if fewer are wanted. */
  private static float[] unit(float[] vector, int dimensions) {
    int n = dimensions > 0 ? Math.min(dimensions, vector.length) : vector.length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) vector[i] * vector[i];
    }
    float[] unit = new float[n];
    for (int i = 0; i < n; i++) {
      unit[i] = sum == 0 ? 0 : (float) (vector[i] / Math.sqrt(sum));
    }
    return unit;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      bytes.putFloat(value);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
