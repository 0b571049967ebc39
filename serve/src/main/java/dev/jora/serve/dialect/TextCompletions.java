package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.text.Parameters;
import dev.jora.serve.text.TextSettings;
import dev.jora.serve.write.DrawnToken;
import dev.jora.serve.write.Event;
import dev.jora.serve.write.PromptOdds;
import dev.jora.serve.write.Run;
import dev.jora.serve.write.Wanted;
import dev.jora.serve.write.Whole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /v1/completions}. */
final class TextCompletions {
  private static final String[] OWN = {"max_tokens", "n"};
  private static final int DEFAULT_LOGPROBS = 5;
  private static final int MOST_LOGPROBS = 100;

  private final House house;

  TextCompletions(House house) {
    this.house = house;
  }

  void answer(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    Field prompt =
        fields
            .find("prompt")
            .orElseThrow(() -> HttpFault.invalid("'prompt' is required").with("param", "prompt"));
    if (fields.has("suffix") && !fields.text("suffix", "").isEmpty()) {
      throw HttpFault.invalid("Field 'suffix': this model has no tokens to fill in between")
          .with("param", "suffix");
    }
    List<int[]> prompts = Prompts.read(prompt, model.tokenizer());
    int logprobs = logprobs(fields);
    TextSettings settings = Parameters.read(new Fields(plain(fields, logprobs)), model, OWN);
    ChatRequest.requirePlaces(settings, model);
    Form form =
        new Form(model, fields, settings.texts(), logprobs, fields.flag("echo", false), prompts);
    if (settings.maxTokens() == 0) {
      form.echo(exchange);
      Answers.json(exchange, form.nothing());
      return;
    }
    List<Wanted> wanted = new ArrayList<>();
    for (int[] ids : prompts) {
      wanted.add(new Wanted.Continuation(nonEmpty(ids, model), settings));
    }
    try (Run run = Run.start(model, wanted)) {
      form.echo(exchange);
      if (settings.stream()) {
        stream(exchange, run, form);
      } else {
        Answers.json(exchange, form.whole(run.await(exchange)));
      }
    }
  }

  private static int[] nonEmpty(int[] ids, ServedModel model) {
    if (ids.length > 0) {
      return ids;
    }
    int begin = Math.max(model.tokenizer().vocab().bos(), model.tokenizer().vocab().eos());
    if (begin < 0) {
      throw HttpFault.invalid("the prompt has no tokens").with("param", "prompt");
    }
    return new int[] {Math.max(0, model.tokenizer().vocab().bos())};
  }

  /** How many tokens are named at each place; −1: none is wanted. */
  private static int logprobs(Fields fields) {
    Field field = fields.find("logprobs").orElse(null);
    if (field == null) {
      return -1;
    }
    if (field.value().isBoolean()) {
      return field.flag() ? fields.integer("top_logprobs", DEFAULT_LOGPROBS) : -1;
    }
    return field.within(0, MOST_LOGPROBS);
  }

  private static ObjectNode plain(Fields fields, int logprobs) {
    ObjectNode node = fields.node().deepCopy();
    if (logprobs >= 0) {
      node.put("n_probs", Math.max(1, logprobs));
    }
    return node;
  }

  private void stream(Exchange exchange, Run run, Form form) throws IOException {
    try (Sse sse = Sse.events(exchange)) {
      try {
        for (int i = 0; i < run.wholes().size() && form.echoes; i++) {
          sse.send(form.echoed(i));
        }
        run.read(
            exchange,
            house.pingMillis(),
            new Run.Reader() {
              @Override
              public void event(int index, Event event, Whole whole) throws IOException {
                if (event instanceof Event.Piece e && !e.text().isEmpty()) {
                  sse.send(form.piece(index, e));
                } else if (event instanceof Event.End) {
                  sse.send(form.last(index, whole));
                }
              }

              @Override
              public void silence() throws IOException {
                sse.alive();
              }
            });
        if (form.includesUsage) {
          sse.send(form.usage(run.wholes()));
        }
        sse.sendText("[DONE]");
      } catch (RuntimeException e) {
        sse.send(OpenAiFaults.SHAPE.body(Faults.of(e)));
      }
    }
  }

  /** What answers of one request look like. */
  private static final class Form {
    private final ServedModel model;
    private final int copies;
    private final int logprobs;
    private final boolean echoes;
    private final boolean includesUsage;
    private final List<int[]> prompts;
    private final List<List<DrawnToken>> promptOdds = new ArrayList<>();
    private final String id = Answers.id("cmpl-");
    private final long created = Answers.now();
    private final int[] shown; // characters sent of each text

    Form(
        ServedModel model,
        Fields fields,
        int copies,
        int logprobs,
        boolean echoes,
        List<int[]> prompts) {
      this.model = model;
      this.copies = copies;
      this.logprobs = logprobs;
      this.echoes = echoes;
      this.prompts = prompts;
      this.includesUsage = fields.object("stream_options").flag("include_usage", false);
      this.shown = new int[prompts.size() * copies];
    }

    /** Computes what is told of the prompts. */
    void echo(Exchange exchange) {
      for (int[] prompt : prompts) {
        promptOdds.add(
            echoes && logprobs >= 0 && prompt.length > 0
                ? PromptOdds.of(prompt, Math.max(1, logprobs), model, exchange::isGone)
                : List.of());
      }
    }

    private String promptText(int index) {
      return echoes ? Prompts.text(prompts.get(index / copies), model.tokenizer()) : "";
    }

    private Map<String, Object> frame(List<?> choices) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("choices", choices);
      json.put("created", created);
      json.put("model", model.name());
      json.put("system_fingerprint", "jora");
      json.put("object", "text_completion");
      json.put("id", id);
      return json;
    }

    private Map<String, Object> choice(
        int index, String text, List<DrawnToken> tokens, int offset, String finish) {
      Map<String, Object> choice = new LinkedHashMap<>();
      choice.put("text", text);
      choice.put("index", index);
      choice.put("logprobs", logprobs < 0 ? null : Probabilities.classic(tokens, offset));
      choice.put("finish_reason", finish);
      return choice;
    }

    Map<String, Object> echoed(int index) {
      String text = promptText(index);
      shown[index] += text.length();
      return frame(List.of(choice(index, text, promptOdds.get(index / copies), 0, null)));
    }

    Map<String, Object> piece(int index, Event.Piece e) {
      Map<String, Object> json =
          frame(List.of(choice(index, e.text(), e.tokens(), shown[index], null)));
      shown[index] += e.text().length();
      return json;
    }

    Map<String, Object> last(int index, Whole whole) {
      Map<String, Object> json =
          frame(List.of(choice(index, "", List.of(), shown[index], finish(whole))));
      if (includesUsage) {
        json.put("usage", Usage.of(List.of(whole), 1));
      }
      json.put("timings", Timing.of(whole));
      return json;
    }

    Map<String, Object> usage(List<Whole> wholes) {
      Map<String, Object> json = frame(List.of());
      json.put("usage", Usage.of(wholes, copies));
      json.put("timings", Timing.of(wholes.getLast()));
      return json;
    }

    Map<String, Object> whole(List<Whole> wholes) {
      List<Object> choices = new ArrayList<>();
      for (Whole whole : wholes) {
        int index = choices.size();
        List<DrawnToken> tokens = new ArrayList<>(promptOdds.get(index / copies));
        tokens.addAll(whole.tokens());
        String text = promptText(index) + whole.text();
        choices.add(choice(index, text, tokens, 0, finish(whole)));
      }
      Map<String, Object> json = frame(choices);
      json.put("usage", Usage.of(wholes, copies));
      json.put("timings", Timing.of(wholes.getFirst()));
      return json;
    }

    /** Nothing but the prompts was asked for. */
    Map<String, Object> nothing() {
      List<Object> choices = new ArrayList<>();
      int tokens = 0;
      for (int i = 0; i < shown.length; i++) {
        choices.add(choice(i, promptText(i), promptOdds.get(i / copies), 0, "length"));
        tokens += i % copies == 0 ? prompts.get(i / copies).length : 0;
      }
      Map<String, Object> json = frame(choices);
      Map<String, Object> usage = new LinkedHashMap<>();
      usage.put("completion_tokens", 0);
      usage.put("prompt_tokens", tokens);
      usage.put("total_tokens", tokens);
      json.put("usage", usage);
      return json;
    }

    private static String finish(Whole whole) {
      return ChatCompletions.finish(whole);
    }
  }
}
