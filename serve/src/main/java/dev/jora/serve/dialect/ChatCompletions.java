package dev.jora.serve.dialect;

import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.StopReason;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.json.Fields;
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

/** {@code /v1/chat/completions}. */
final class ChatCompletions {
  private static final String[] OWN = {"max_completion_tokens", "max_tokens", "n"};

  private final House house;

  ChatCompletions(House house) {
    this.house = house;
  }

  void answer(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    ChatRequest request = ChatRequest.read(fields, model, OWN);
    Form form = new Form(model, request, fields);
    try (Run run = Run.start(model, List.of(request.wanted()))) {
      if (request.settings().stream()) {
        stream(exchange, run, form);
      } else {
        Answers.json(exchange, form.whole(run.await(exchange)));
      }
    }
  }

  private void stream(Exchange exchange, Run run, Form form) throws IOException {
    try (Sse sse = Sse.events(exchange)) {
      for (int i = 0; i < run.wholes().size(); i++) {
        Map<String, Object> delta = new LinkedHashMap<>();
        delta.put("role", "assistant");
        delta.put("content", null);
        sse.send(form.chunk(i, delta, null));
      }
      try {
        run.read(exchange, house.pingMillis(), new Streamed(sse, form));
        if (form.includesUsage) {
          sse.send(form.usage(run.wholes()));
        }
        sse.sendText("[DONE]");
      } catch (RuntimeException e) {
        sse.send(OpenAiFaults.SHAPE.body(Faults.of(e)));
      }
    }
  }

  /** Events as chunks. */
  private record Streamed(Sse sse, Form form) implements Run.Reader {
    @Override
    public void event(int index, Event event, Whole whole) throws IOException {
      switch (event) {
        case Event.Piece e -> {
          if (!e.text().isEmpty() || form.request.logprobs() && !e.tokens().isEmpty()) {
            Map<String, Object> choice = form.choice(index, Map.of("content", e.text()), null);
            if (form.request.logprobs()) {
              choice.put("logprobs", Map.of("content", Probabilities.of(e.tokens())));
            }
            sse.send(form.chunk(choice, form.timesPerToken(whole)));
          }
        }
        case Event.Thought e ->
            sse.send(form.chunk(index, Map.of("reasoning_content", e.text()), whole));
        case Event.Call e -> {
          Map<String, Object> call = new LinkedHashMap<>();
          call.put("index", e.index());
          call.put("id", e.id());
          call.put("type", "function");
          call.put("function", Map.of("name", e.name(), "arguments", ""));
          sse.send(form.chunk(index, Map.of("tool_calls", List.of(call)), whole));
        }
        case Event.Arguments e -> {
          Map<String, Object> call = new LinkedHashMap<>();
          call.put("index", e.index());
          call.put("function", Map.of("arguments", e.text()));
          sse.send(form.chunk(index, Map.of("tool_calls", List.of(call)), whole));
        }
        case Event.Progress e -> sse.send(form.progress(index, e, whole));
        case Event.End e -> sse.send(form.last(index, whole));
        case Event.Begun e -> {}
        case Event.Called e -> {}
        case Event.Broken e -> {}
        case Event.Fault e -> {}
      }
    }

    @Override
    public void silence() throws IOException {
      sse.alive();
    }
  }

  /** What answers of one request look like. */
  private static final class Form {
    private final ServedModel model;
    private final ChatRequest request;
    private final boolean includesUsage;
    private final String id = Answers.id("chatcmpl-");
    private final long created = Answers.now();

    Form(ServedModel model, ChatRequest request, Fields fields) {
      this.model = model;
      this.request = request;
      this.includesUsage = fields.object("stream_options").flag("include_usage", false);
    }

    private Map<String, Object> frame(List<?> choices, String object) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("choices", choices);
      json.put("created", created);
      json.put("id", id);
      json.put("model", model.name());
      json.put("system_fingerprint", "jora");
      json.put("object", object);
      return json;
    }

    Map<String, Object> choice(int index, Map<String, ?> delta, String finish) {
      Map<String, Object> choice = new LinkedHashMap<>();
      choice.put("finish_reason", finish);
      choice.put("index", index);
      choice.put("delta", delta);
      return choice;
    }

    Map<String, Object> chunk(Map<String, Object> choice, Map<String, Object> times) {
      Map<String, Object> json = frame(List.of(choice), "chat.completion.chunk");
      if (times != null) {
        json.put("timings", times);
      }
      return json;
    }

    Map<String, Object> chunk(int index, Map<String, ?> delta, Whole whole) {
      return chunk(choice(index, delta, null), timesPerToken(whole));
    }

    Map<String, Object> timesPerToken(Whole whole) {
      return whole != null && request.settings().timingsPerToken() ? Timing.of(whole) : null;
    }

    Map<String, Object> last(int index, Whole whole) {
      return chunk(choice(index, Map.of(), finish(whole)), includesUsage ? null : Timing.of(whole));
    }

    Map<String, Object> progress(int index, Event.Progress e, Whole whole) {
      Map<String, Object> json = chunk(choice(index, Map.of(), null), null);
      json.put("prompt_progress", Progress.of(e, whole));
      return json;
    }

    Map<String, Object> usage(List<Whole> wholes) {
      Map<String, Object> json = frame(List.of(), "chat.completion.chunk");
      json.put("usage", Usage.of(wholes, wholes.size()));
      json.put("timings", Timing.of(wholes.getLast()));
      return json;
    }

    Map<String, Object> whole(List<Whole> wholes) {
      List<Object> choices = new ArrayList<>();
      for (Whole whole : wholes) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("finish_reason", finish(whole));
        choice.put("index", choices.size());
        choice.put("message", message(whole));
        if (request.logprobs()) {
          choice.put("logprobs", Map.of("content", Probabilities.of(whole.tokens())));
        }
        choices.add(choice);
      }
      Map<String, Object> json = frame(choices, "chat.completion");
      json.put("usage", Usage.of(wholes, wholes.size()));
      json.put("timings", Timing.of(wholes.getFirst()));
      return json;
    }
  }

  /** Why an answer ended, in OpenAI's words. */
  static String finish(Whole whole) {
    boolean ended = whole.stop() == StopReason.EOS || whole.stop() == StopReason.WORD;
    return !ended ? "length" : whole.calls().isEmpty() ? "stop" : "tool_calls";
  }

  private static Map<String, Object> message(Whole whole) {
    Map<String, Object> message = new LinkedHashMap<>();
    boolean calls = !whole.calls().isEmpty();
    message.put("role", "assistant");
    message.put("content", calls && whole.text().isBlank() ? null : whole.text());
    if (!whole.thoughts().isEmpty()) {
      message.put("reasoning_content", whole.thoughts());
    }
    if (calls) {
      message.put("tool_calls", whole.calls().stream().map(ToolCall::json).toList());
    }
    return message;
  }
}
