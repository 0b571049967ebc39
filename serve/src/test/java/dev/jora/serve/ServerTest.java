package dev.jora.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server of the small model, asked over the wire. */
final class ServerTest {
  private static final String HELLO =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]";
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new TestServer(Shared.testdata("jora-demo.gguf"), List.of(), 4, 64);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void noFaultOfTheServer() {
    assertEquals(List.of(), server.faults);
  }

  private static String text(JsonNode answer) {
    return answer.path("choices").path(0).path("message").path("content").asText();
  }

  // ---- the same text ------------------------------------------------------------------------

  @Test
  void aStreamIsTheWholeAnswerInPieces() {
    String ask = "{" + HELLO + ", \"temperature\": 0, \"max_tokens\": 30";
    String whole = text(server.post("/v1/chat/completions", ask + "}"));
    List<JsonNode> events = server.events("/v1/chat/completions", ask + ", \"stream\": true}");
    String pieces =
        events.stream()
            .map(e -> e.path("choices").path(0).path("delta").path("content").asText(""))
            .filter(piece -> !piece.equals("null"))
            .collect(Collectors.joining());
    assertFalse(whole.isEmpty());
    assertEquals(whole, pieces);
    assertEquals("[DONE]", events.getLast().asText());
  }

  @Test
  void everyDialectHasTheSameAnswer() {
    String rest = ", \"temperature\": 0, \"stream\": false";
    String openAi =
        text(server.post("/v1/chat/completions", "{" + HELLO + rest + ", \"max_tokens\": 20}"));
    JsonNode anthropic = server.post("/v1/messages", "{" + HELLO + rest + ", \"max_tokens\": 20}");
    JsonNode ollama =
        server.post(
            "/api/chat",
            "{\"model\": \"tiny:latest\", "
                + HELLO
                + ", \"stream\": false, \"options\": {\"temperature\": 0, \"num_predict\": 20}}");
    JsonNode responses =
        server.post(
            "/v1/responses",
            "{\"input\": \"Hello!\", \"temperature\": 0, \"max_output_tokens\": 20}");
    String prompt = server.post("/apply-template", "{" + HELLO + "}").path("prompt").asText();
    ObjectNode native20 = TestServer.JSON.createObjectNode().put("prompt", prompt);
    native20.put("n_predict", 20).put("temperature", 0);
    ObjectNode kobold = TestServer.JSON.createObjectNode().put("prompt", prompt);
    kobold.put("max_length", 20).put("temperature", 0);
    assertEquals(openAi, anthropic.path("content").path(0).path("text").asText());
    assertEquals(openAi, ollama.path("message").path("content").asText());
    assertEquals(
        openAi, responses.path("output").path(0).path("content").path(0).path("text").asText());
    assertEquals(openAi, server.post("/completion", "" + native20).path("content").asText());
    assertEquals(
        openAi,
        server.post("/api/v1/generate", "" + kobold).path("results").path(0).path("text").asText());
  }

  @Test
  void aTextIsTheSameWhoeverElseIsServed() throws Exception {
    List<String> asks = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      asks.add(
          "{\"prompt\": \"word "
              + "and ".repeat(3 * i)
              + "then\", \"n_predict\": 24, \"seed\": "
              + i
              + ", \"temperature\": 1.2, \"top_k\": 0, \"cache_prompt\": "
              + (i % 2 == 0)
              + "}");
    }
    List<String> alone =
        asks.stream().map(a -> server.post("/completion", a).path("content").asText()).toList();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> together =
          asks.stream()
              .map(a -> users.submit(() -> server.post("/completion", a).path("content").asText()))
              .toList();
      for (int i = 0; i < asks.size(); i++) {
        assertEquals(alone.get(i), together.get(i).get(), asks.get(i));
      }
    }
  }

  @Test
  void whatWasReadIsNotReadAgain() {
    String ask =
        "{\"prompt\": \"" + "once upon a time ".repeat(10) + "\", \"n_predict\": 4, \"seed\": 3}";
    JsonNode first = server.post("/completion", ask);
    JsonNode again = server.post("/completion", ask);
    assertEquals(first.path("content"), again.path("content"));
    assertEquals(
        again.path("tokens_evaluated").asInt() - 1, again.path("timings").path("cache_n").asInt());
  }

  @Test
  void aStopStringSplitOverTokensIsCutOut() {
    String ask = "{\"prompt\": \"Hello\", \"n_predict\": 30, \"temperature\": 0";
    String whole = server.post("/completion", ask + "}").path("content").asText();
    String stop = whole.substring(8, 12);
    JsonNode cut =
        server.post(
            "/completion",
            ""
                + TestServer.JSON
                    .createObjectNode()
                    .put("prompt", "Hello")
                    .put("n_predict", 30)
                    .put("temperature", 0)
                    .put("stop", stop));
    assertEquals(whole.substring(0, whole.indexOf(stop)), cut.path("content").asText());
    assertEquals("word", cut.path("stop_type").asText());
    assertEquals(stop, cut.path("stopping_word").asText());
  }

  @Test
  void aSchemaIsKept() {
    JsonNode answer =
        server.post(
            "/v1/chat/completions",
            "{"
                + HELLO
                + ", \"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"schema\":"
                + " {\"enum\": [\"red\", \"blue\"]}}}}");
    assertTrue(List.of("\"red\"", "\"blue\"").contains(text(answer)), "" + answer);
  }

  @Test
  void aToolIsCalled() {
    JsonNode answer =
        server.post(
            "/v1/chat/completions",
            "{"
                + HELLO
                + ", \"tool_choice\": \"required\", \"tools\": [{\"type\": \"function\","
                + " \"function\": {\"name\": \"paint\", \"parameters\": {\"type\": \"object\","
                + " \"properties\": {\"colour\": {\"enum\": [\"red\"]}}, \"required\":"
                + " [\"colour\"]}}}], \"max_tokens\": 200}");
    JsonNode call = answer.path("choices").path(0).path("message").path("tool_calls").path(0);
    assertEquals("paint", call.path("function").path("name").asText(), "" + answer);
    assertEquals("tool_calls", answer.path("choices").path(0).path("finish_reason").asText());
  }

  @Test
  void logprobsOfAPromptAreThoseOfItsTokensWhenTheyAreDrawn() {
    JsonNode drawn =
        server.post(
            "/v1/completions",
            "{\"prompt\": \"Hello\", \"max_tokens\": 6, \"temperature\": 0, \"logprobs\": 1}");
    String text = "Hello" + drawn.path("choices").path(0).path("text").asText();
    JsonNode echoed =
        server.post(
            "/v1/completions",
            ""
                + TestServer.JSON
                    .createObjectNode()
                    .put("prompt", text)
                    .put("max_tokens", 0)
                    .put("echo", true)
                    .put("logprobs", 1));
    JsonNode a = drawn.path("choices").path(0).path("logprobs").path("token_logprobs");
    JsonNode b = echoed.path("choices").path(0).path("logprobs").path("token_logprobs");
    assertEquals(text, echoed.path("choices").path(0).path("text").asText());
    assertTrue(b.get(0).isNull());
    for (int i = 1; i <= a.size(); i++) {
      double last = b.get(b.size() - i).asDouble();
      assertEquals(a.get(a.size() - i).asDouble(), last, 0.02, "" + i);
    }
  }

  // ---- faults ------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/completion | | 400 | the body is empty",
        "/completion | {\"prompt\": \"x\", | 400 | not JSON",
        "/completion | [] | 400 | JSON object",
        "/completion | {} | 400 | 'prompt' is required",
        "/completion | {\"prompt\": {}} | 400 | \"prompt\" elements",
        "/completion | {\"prompt\": [999999]} | 400 | outside the vocabulary",
        "/completion | {\"prompt\": \"x\", \"temperature\": \"hot\"} | 400 | 'temperature'",
        "/completion | {\"prompt\": \"x\", \"n_predict\": 1e300} | 400 | 'n_predict'",
        "/completion | {\"prompt\": \"x\", \"repeat_penalty\": 0} | 400 | repeat_penalty",
        "/completion | {\"prompt\": \"x\", \"grammar\": \"root ::= (\"} | 400 | line 1",
        "/completion | {\"prompt\": \"x\", \"json_schema\": {\"type\": \"odd\"}} | 400 | type",
        "/completion | {\"prompt\": \"x\", \"logit_bias\": {\"999999\": 1}} | 400 | 999999",
        "/completion | {\"prompt\": \"x\", \"n_cmpl\": 9} | 400 | 1 <= value <= 4",
        "/v1/chat/completions | {} | 400 | 'messages' is required",
        "/v1/chat/completions | {\"messages\": \"hi\"} | 400 | array",
        "/v1/chat/completions | {\"messages\": [{\"content\": \"x\"}]} | 400 | 'role'",
        "/v1/messages | {\"messages\": []} | 400 | at least one",
        "/api/chat | {\"model\": \"other\"} | 404 | 'other' not found",
        "/api/generate | {} | 400 | model is required",
        "/nowhere | {} | 404 | File Not Found",
        "/rerank | {\"query\": \"a\", \"documents\": []} | 501 | reranking",
        "/slots/9?action=erase | {} | 400 | slot",
        "/slots/0?action=jump | {} | 400 | action",
        "/slots/0?action=save | {\"filename\": \"../x\"} | 400 | filename"
      })
  void whatIsWrongIsTold(String path, String body, int status, String told) {
    HttpResponse<String> response = server.send("POST", path, body == null ? "" : body);
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(response.body().replace("\\\"", "\"").contains(told), response.body());
  }

  @Test
  void aPromptThatDoesNotFitIsRefusedAlsoInAStream() {
    String words = "word ".repeat(3000);
    HttpResponse<String> response =
        server.send("POST", "/completion", "{\"prompt\": \"" + words + "\", \"stream\": true}");
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("\"n_ctx\":512"), response.body());
    assertTrue(response.body().contains("exceed_context_size_error"), response.body());
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    String body = "{\"prompt\": \"" + "x".repeat(2 << 20) + "\"}";
    assertEquals(413, server.send("POST", "/completion", body).statusCode());
  }

  @Test
  void foreignPagesMayNotAsk() {
    assertEquals(
        403, server.send("POST", "/tokenize", "{}", "Origin", "http://evil.example").statusCode());
    HttpResponse<String> friend =
        server.send("POST", "/tokenize", "{}", "Origin", "http://friend.example");
    assertEquals(200, friend.statusCode());
    assertEquals(
        "http://friend.example",
        friend.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
  }

  @Test
  void keysOpenTheServer() throws IOException {
    try (TestServer locked =
        new TestServer(Shared.testdata("jora-demo.gguf"), List.of("one", "two"), 1, 1)) {
      assertEquals(200, locked.send("GET", "/health", null).statusCode());
      assertEquals(401, locked.send("GET", "/v1/models", null).statusCode());
      assertEquals(
          401, locked.send("GET", "/v1/models", null, "Authorization", "Bearer no").statusCode());
      assertEquals(
          200, locked.send("GET", "/v1/models", null, "Authorization", "Bearer two").statusCode());
      assertEquals(200, locked.send("GET", "/v1/models", null, "X-Api-Key", "one").statusCode());
    }
  }

  // ---- who leaves, and who waits -----------------------------------------------------------

  /** A client that asks and never reads. */
  private static Socket asking(TestServer server, String path, String body) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return socket;
  }

  private static long busy(TestServer server) {
    long busy = 0;
    for (JsonNode slot : server.get("/slots")) {
      busy += slot.path("is_processing").asBoolean() ? 1 : 0;
    }
    return busy;
  }

  private static void await(String what, BooleanSupplier holds) throws InterruptedException {
    for (int i = 0; i < 500 && !holds.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertTrue(holds.getAsBoolean(), what);
  }

  @Test
  void nobodyWorksForAClientThatHasLeft() throws Exception {
    String endless =
        "{\"prompt\": \"Hello\", \"n_predict\": 400, \"ignore_eos\": true, \"n_probs\": 500}";
    try (TestServer one = new TestServer(Shared.testdata("jora-demo.gguf"), List.of(), 1, 2)) {
      Socket first = asking(one, "/completion", endless);
      await("the first is at work", () -> busy(one) == 1);
      Socket queued = asking(one, "/completion", endless);
      Socket more = asking(one, "/completion", endless);
      await("two wait", () -> one.send("GET", "/metrics", null).body().contains("deferred 2"));
      HttpResponse<String> refused = one.send("POST", "/completion", endless);
      assertEquals(429, refused.statusCode());
      assertTrue(refused.headers().firstValue("Retry-After").isPresent());
      queued.close();
      await("one waits", () -> !one.send("GET", "/metrics", null).body().contains("deferred 2"));
      more.close();
      first.close();
      await("none is at work", () -> busy(one) == 0);
      assertEquals(List.of(), one.faults);
    }
  }

  @Test
  void aClientAbortsItsOwnText() throws Exception {
    String endless =
        "{\"prompt\": \"Hello\", \"max_length\": 400, \"use_default_badwordsids\": true,"
            + " \"genkey\": \"mine\", \"logprobs\": true}";
    Future<JsonNode> answer;
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      answer = users.submit(() -> server.post("/api/v1/generate", endless));
      await("it is at work", () -> busy(server) == 1);
      String other = server.post("/api/extra/abort", "{\"genkey\": \"other\"}").toString();
      assertTrue(other.contains("\"success\":\"false\""), other);
      server.post("/api/extra/abort", "{\"genkey\": \"mine\"}");
      JsonNode result = answer.get().path("results").path(0);
      assertEquals("stop", result.path("finish_reason").asText());
      assertTrue(result.path("completion_tokens").asInt() < 400);
    }
  }

  @Test
  void aServerThatEndsLetsTextsComeToTheirEnd() throws Exception {
    TestServer ending = new TestServer(Shared.testdata("jora-demo.gguf"), List.of(), 1, 2);
    try (ending;
        ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<JsonNode> answer =
          users.submit(
              () ->
                  ending.post(
                      "/completion",
                      "{\"prompt\": \"Hello\", \"n_predict\": 100, \"ignore_eos\": true}"));
      await("it is at work", () -> busy(ending) == 1);
      assertTrue(ending.server().drain(Duration.ofSeconds(20)));
      assertEquals(100, answer.get().path("tokens_predicted").asInt());
    }
  }

  // ---- other endpoints ---------------------------------------------------------------------

  @Test
  void tokensAndBack() {
    JsonNode ids = server.post("/tokenize", "{\"content\": \"Größe 😀\"}").path("tokens");
    ObjectNode back = TestServer.JSON.createObjectNode().set("tokens", ids);
    assertEquals("Größe 😀", server.post("/detokenize", "" + back).path("content").asText());
    assertEquals(
        ids.size(),
        server
            .post("/api/extra/tokencount", "{\"prompt\": \"Größe 😀\", \"special\": false}")
            .path("value")
            .asInt());
  }

  @Test
  void vectorsHaveLengthOne() {
    JsonNode vector =
        server
            .post("/v1/embeddings", "{\"input\": \"Hello\"}")
            .path("data")
            .path(0)
            .path("embedding");
    double sum = 0;
    for (JsonNode value : vector) {
      sum += value.asDouble() * value.asDouble();
    }
    assertEquals(1, sum, 1e-4);
    assertNotEquals(
        server.post("/embedding", "{\"content\": \"Hello\"}").path(0),
        server.post("/embedding", "{\"content\": \"Bye\"}").path(0));
  }

  @Test
  void namesAndNumbersOfTheModel() {
    assertEquals("tiny", server.get("/v1/models").path("data").path(0).path("id").asText());
    assertEquals("tiny", server.get("/v1/models/tiny").path("id").asText());
    assertEquals(
        512, server.get("/props").path("default_generation_settings").path("n_ctx").asInt());
    assertEquals("tiny", server.get("/api/tags").path("models").path(0).path("name").asText());
    assertEquals("KoboldCpp", server.get("/api/extra/version").path("result").asText());
    assertEquals("tiny", server.get("/v1/internal/model/info").path("model_name").asText());
    assertEquals("tiny", server.get("/v1/model").path("id").asText());
    assertTrue(server.send("GET", "/metrics", null).body().contains("llamacpp:n_decode_total"));
  }
}
