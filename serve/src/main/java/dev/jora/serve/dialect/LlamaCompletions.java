package dev.jora.serve.dialect;

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
import dev.jora.serve.write.Run;
import dev.jora.serve.write.Wanted;
import dev.jora.serve.write.Whole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** llama-server's {@code /completion}. */
final class LlamaCompletions {
  private final House house;

  LlamaCompletions(House house) {
    this.house = house;
  }

  void answer(Exchange exchange) throws IOException {
    Fields fields = Json.object(exchange.body());
    ServedModel model = house.model(fields.text("model", null));
    Field prompt =
        fields
            .find("prompt")
            .orElseThrow(() -> HttpFault.invalid("'prompt' is required").with("param", "prompt"));
    List<int[]> prompts = Prompts.read(prompt, model.tokenizer());
    TextSettings settings = Parameters.read(fields, model, "n_predict");
    answer(exchange, fields, model, prompts, settings);
  }

  /** Answers with what follows prompts. */
  void answer(
      Exchange exchange, Fields fields, ServedModel model, List<int[]> prompts, TextSettings asked)
      throws IOException {
    TextSettings settings = asked.maxTokens() == 0 ? asked.withMaxTokens(1) : asked; // as there
    int slots = model.scheduler().settings().slots();
    if (settings.texts() < 1 || settings.texts() > slots) {
      throw HttpFault.outside("n_cmpl", 1, slots, settings.texts());
    }
    Form form = new Form(model, prompts, settings, fields);
    List<Wanted> wanted = new ArrayList<>();
    for (int[] ids : prompts) {
      if (ids.length > 0) {
        wanted.add(new Wanted.Continuation(ids, settings));
      }
    }
    if (wanted.isEmpty()) { // nothing follows nothing
      Answers.json(exchange, form.nothing());
      return;
    }
    try (Run run = Run.start(model, wanted)) {
      if (settings.stream()) {
        stream(exchange, run, form);
      } else {
        List<Object> answers = new ArrayList<>();
        for (Whole whole : run.await(exchange)) {
          answers.add(form.whole(answers.size(), whole));
        }
        Answers.json(exchange, answers.size() == 1 ? answers.getFirst() : answers);
      }
    }
  }

  private void stream(Exchange exchange, Run run, Form form) throws IOException {
    try (Sse sse = Sse.events(exchange)) {
      try {
        run.read(
            exchange,
            house.pingMillis(),
            new Run.Reader() {
              @Override
              public void event(int index, Event event, Whole whole) throws IOException {
                switch (event) {
                  case Event.Piece e -> sse.send(form.piece(index, e, whole));
                  case Event.Progress e -> sse.send(form.progress(index, e, whole));
                  case Event.End e -> sse.send(form.last(index, whole));
                  default -> {}
                }
              }

              @Override
              public void silence() throws IOException {
                sse.alive();
              }
            });
      } catch (RuntimeException e) {
        sse.send(OpenAiFaults.SHAPE.body(Faults.of(e)));
      }
    }
  }

  /** What answers of one request look like. */
  private static final class Form {
    private final ServedModel model;
    private final List<int[]> prompts;
    private final TextSettings settings;
    private final List<String> fields; // that are wanted; none: all

    Form(ServedModel model, List<int[]> prompts, TextSettings settings, Fields request) {
      this.model = model;
      this.prompts = prompts;
      this.settings = settings;
      this.fields = request.find("response_fields").map(Field::texts).orElse(List.of());
    }

    private int[] prompt(int index) {
      List<int[]> read = prompts.stream().filter(p -> p.length > 0).toList();
      return read.isEmpty() ? new int[0] : read.get(index / settings.texts());
    }

    Map<String, Object> piece(int index, Event.Piece e, Whole whole) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("index", index);
      json.put("content", e.text());
      json.put("tokens", ids(e.tokens()));
      json.put("stop", false);
      json.put("id_slot", -1);
      json.put("tokens_predicted", e.drawn());
      json.put("tokens_evaluated", whole.promptTokens());
      if (settings.probabilities() > 0) {
        json.put("completion_probabilities", probabilities(e.tokens()));
      }
      if (settings.timingsPerToken()) {
        json.put("timings", Timing.of(whole));
      }
      return json;
    }

    Map<String, Object> progress(int index, Event.Progress e, Whole whole) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("index", index);
      json.put("content", "");
      json.put("tokens", List.of());
      json.put("stop", false);
      json.put("id_slot", -1);
      json.put("tokens_predicted", 0);
      json.put("tokens_evaluated", whole.promptTokens());
      json.put("prompt_progress", Progress.of(e, whole));
      return json;
    }

    Map<String, Object> last(int index, Whole whole) {
      return wanted(ended(index, whole, "", List.of()));
    }

    Map<String, Object> whole(int index, Whole whole) {
      List<Integer> tokens = settings.returnTokens() ? ids(whole.tokens()) : List.of();
      Map<String, Object> json = ended(index, whole, whole.text(), tokens);
      if (settings.probabilities() > 0) {
        json.put("completion_probabilities", probabilities(whole.tokens()));
      }
      return wanted(json);
    }

    private Map<String, Object> ended(
        int index, Whole whole, String content, List<Integer> tokens) {
      int evaluated = whole.promptTokens();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("index", index);
      json.put("content", content);
      json.put("tokens", tokens);
      json.put("id_slot", whole.slot());
      json.put("stop", true);
      json.put("model", model.name());
      json.put("tokens_predicted", whole.drawn());
      json.put("tokens_evaluated", evaluated);
      json.put("generation_settings", GenerationSettings.of(settings));
      json.put("prompt", Prompts.text(prompt(index), model.tokenizer()));
      json.put("has_new_line", whole.text().indexOf('\n') >= 0);
      json.put("truncated", false);
      json.put("stop_type", stopType(whole));
      json.put("stopping_word", whole.stopWord());
      json.put("tokens_cached", evaluated + Math.max(0, whole.drawn() - 1));
      json.put("timings", Timing.of(whole));
      return json;
    }

    Map<String, Object> nothing() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("index", 0);
      json.put("content", "");
      json.put("tokens", List.of());
      json.put("id_slot", -1);
      json.put("stop", true);
      json.put("model", model.name());
      json.put("tokens_predicted", 0);
      json.put("tokens_evaluated", 0);
      json.put("generation_settings", GenerationSettings.of(settings));
      json.put("prompt", "");
      json.put("has_new_line", false);
      json.put("truncated", false);
      json.put("stop_type", "none");
      json.put("stopping_word", "");
      json.put("tokens_cached", 0);
      return wanted(json);
    }

    private static List<Integer> ids(List<DrawnToken> tokens) {
      return tokens.stream().map(DrawnToken::id).toList();
    }

    private List<Object> probabilities(List<DrawnToken> tokens) {
      return settings.afterSampling()
          ? Probabilities.afterSampling(tokens)
          : Probabilities.of(tokens);
    }

    private static String stopType(Whole whole) {
      return switch (whole.stop()) {
        case EOS -> "eos";
        case WORD -> "word";
        case LIMIT, CONTEXT, INTERRUPTED -> "limit";
      };
    }

    /** The fields that the request wants; {@code a/b} is b of a. */
    private Map<String, Object> wanted(Map<String, Object> all) {
      if (fields.isEmpty()) {
        return all;
      }
      Map<String, Object> some = new LinkedHashMap<>();
      for (String path : fields) {
        Object at = all;
        for (String name : path.split("/")) {
          at = at instanceof Map<?, ?> map ? map.get(name) : null;
        }
        if (at != null) {
          some.put(path, at);
        }
      }
      return some;
    }
  }
}
