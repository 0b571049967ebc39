package dev.jora.serve.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.sampling.Samplers;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The table of what a text can be asked for by: one row for each thing, with all the names that
 * programs have for it. Of several that a request has, the first in the row counts; a dialect may
 * put names of its own before all others.
 */
public final class Parameters {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_STOPS = 256;
  private static final int MOST_BANS = 768;
  private static final int MOST_BIASES = 4096;
  private static final int MOST_PROBABILITIES = 1000;

  /** Puts what a field says into a draft. */
  private interface Setter {
    void set(Draft draft, Field field, Tokenizer tokenizer);
  }

  /** A row. */
  private record Row(List<String> names, Setter setter) {}

  private static final List<Row> TABLE =
      List.of(
          row((d, f) -> d.seed = f.integer(), "seed", "sampler_seed"),
          row(
              (d, f) -> d.maxTokens = f.integer(),
              "n_predict",
              "max_tokens",
              "max_completion_tokens",
              "max_output_tokens",
              "max_length",
              "max_new_tokens",
              "num_predict"),
          row((d, f) -> d.temperature = f.number(), "temperature"),
          row((d, f) -> d.dynatempRange = f.number(), "dynatemp_range"),
          row((d, f) -> d.dynatempExponent = f.number(), "dynatemp_exponent"),
          row((d, f) -> d.topK = f.integer(), "top_k"),
          row((d, f) -> d.topP = f.number(), "top_p"),
          row((d, f) -> d.minP = f.number(), "min_p"),
          row((d, f) -> d.minKeep = f.integer(), "min_keep"),
          row((d, f) -> d.topA = f.number(), "top_a"),
          row((d, f) -> d.typicalP = f.number(), "typical_p", "typical"),
          row((d, f) -> d.topNSigma = f.number(), "top_n_sigma", "nsigma"),
          row(
              (d, f) -> d.repeatPenalty = f.number(),
              "repeat_penalty",
              "rep_pen",
              "repetition_penalty"),
          row(
              (d, f) -> d.repeatLastN = f.integer(),
              "repeat_last_n",
              "rep_pen_range",
              "repetition_penalty_range",
              "penalty_range"),
          row((d, f) -> d.presencePenalty = f.number(), "presence_penalty"),
          row((d, f) -> d.frequencyPenalty = f.number(), "frequency_penalty"),
          row((d, f) -> d.dryMultiplier = f.number(), "dry_multiplier"),
          row((d, f) -> d.dryBase = f.number(), "dry_base"),
          row((d, f) -> d.dryAllowedLength = f.integer(), "dry_allowed_length"),
          row((d, f) -> d.dryLastN = f.integer(), "dry_penalty_last_n", "dry_range"),
          row((d, f) -> d.dryBreakers = breakers(f), "dry_sequence_breakers"),
          row((d, f) -> d.xtcProbability = f.number(), "xtc_probability"),
          row((d, f) -> d.xtcThreshold = f.number(), "xtc_threshold"),
          row((d, f) -> d.mirostat = f.integer(), "mirostat", "mirostat_mode"),
          row((d, f) -> d.mirostatTau = f.number(), "mirostat_tau"),
          row((d, f) -> d.mirostatEta = f.number(), "mirostat_eta"),
          row((d, f) -> d.adaptiveTarget = f.number(), "adaptive_target"),
          row((d, f) -> d.adaptiveDecay = f.number(), "adaptive_decay"),
          row((d, f) -> d.samplers = samplers(f), "samplers", "sampler_priority"),
          row(Parameters::koboldOrder, "sampler_order"),
          row(Parameters::stops, "stop", "stop_sequence", "stop_sequences"),
          row((d, f) -> d.trimStop = f.flag(), "trim_stop"),
          new Row(List.of("logit_bias"), Parameters::biases),
          row(Parameters::bans, "banned_strings", "banned_tokens"),
          row(Parameters::tokenBans, "custom_token_bans"),
          row((d, f) -> d.ignoreEos = f.flag(), "ignore_eos", "ban_eos_token"),
          row((d, f) -> d.ignoreEos |= f.flag(), "use_default_badwordsids"),
          row((d, f) -> d.grammar = f.text(), "grammar", "grammar_string"),
          row((d, f) -> d.schema = schema(f), "json_schema"),
          row(Parameters::triggers, "grammar_triggers"),
          row((d, f) -> d.cfgScale = f.number(), "cfg_scale", "guidance_scale"),
          row((d, f) -> d.negativePrompt = f.text(), "negative_prompt"),
          row(Parameters::probabilities, "n_probs"),
          row((d, f) -> d.afterSampling = f.flag(), "post_sampling_probs"),
          row((d, f) -> d.stream = f.flag(), "stream"),
          row((d, f) -> d.reuse = f.flag(), "cache_prompt"),
          row((d, f) -> d.returnTokens = f.flag(), "return_tokens"),
          row((d, f) -> d.timingsPerToken = f.flag(), "timings_per_token"),
          row((d, f) -> d.progress = f.flag(), "return_progress"),
          row((d, f) -> d.special = f.flag(), "render_special"),
          row((d, f) -> d.special = !f.flag(), "skip_special_tokens"),
          row((d, f) -> d.most = f.integer(), "t_max_predict_ms"),
          row((d, f) -> d.most = 1000 * f.integer(), "max_tokens_second_limit"),
          row(Parameters::texts, "n_cmpl", "n"));

  private Parameters() {}

  private static Row row(BiConsumer<Draft, Field> setter, String... names) {
    return new Row(List.of(names), (draft, field, tokenizer) -> setter.accept(draft, field));
  }

  /**
   * Reads what a request says of its text.
   *
   * @param own names that come before others of their row
   * @throws HttpFault for a field of the wrong kind
   */
  public static TextSettings read(Fields fields, ServedModel model, String... own) {
    Draft draft = new Draft(model.offer());
    List<String> first = Arrays.asList(own);
    for (Row row : TABLE) {
      List<String> names =
          Stream.concat(first.stream().filter(row.names::contains), row.names.stream()).toList();
      fields.find(names).ifPresent(f -> row.setter.set(draft, f, model.tokenizer()));
    }
    return draft.settings();
  }

  private static void texts(Draft draft, Field field) {
    draft.texts = field.integer();
  }

  private static void probabilities(Draft draft, Field field) {
    draft.probabilities = field.within(0, MOST_PROBABILITIES);
  }

  private static void stops(Draft draft, Field field) {
    List<String> stops = field.texts();
    if (stops.size() > MOST_STOPS) {
      throw field.fault("at most %d stop strings, found %d", MOST_STOPS, stops.size());
    }
    stops.stream().filter(s -> !s.isEmpty()).forEach(draft.stops::add);
  }

  private static void bans(Draft draft, Field field) {
    List<String> bans = field.texts();
    if (bans.size() > MOST_BANS) {
      throw field.fault("at most %d banned phrases, found %d", MOST_BANS, bans.size());
    }
    bans.stream().filter(s -> !s.isEmpty()).forEach(draft.banned::add);
    draft.bannedIgnoreCase = true; // as KoboldCpp and TabbyAPI have it
  }

  /** Ids with commas. */
  private static void tokenBans(Draft draft, Field field) {
    for (String id : field.text().split(",")) {
      if (!id.isBlank()) {
        try {
          draft.logitBias.put(Integer.parseInt(id.strip()), Float.NEGATIVE_INFINITY);
        } catch (NumberFormatException e) {
          throw field.fault("expected token ids with commas between them, found '%s'", id);
        }
      }
    }
  }

  /** A list, or as some programs send it the text of a list, or of its elements. */
  private static List<String> breakers(Field field) {
    if (!field.value().isTextual()) {
      return field.texts();
    }
    String text = field.text().strip();
    String list = text.startsWith("[") ? text : "[" + text + "]";
    try {
      List<String> breakers = new ArrayList<>();
      for (JsonNode each : MAPPER.readTree(list)) {
        breakers.add(each.asText());
      }
      return breakers;
    } catch (JsonProcessingException e) {
      throw field.fault("expected a list of strings");
    }
  }

  private static List<String> samplers(Field field) {
    try {
      if (field.value().isTextual()) {
        String text = field.text();
        boolean letters = !text.contains("_") && !text.contains("\n") && !text.contains(";");
        return letters
            ? Samplers.parseLetters(text)
            : Samplers.parseNames(text.strip().replace('\n', ';'));
      }
      List<String> known = new ArrayList<>();
      for (String name : field.texts()) {
        try {
          known.addAll(Samplers.parseNames(name));
        } catch (IllegalArgumentException e) {
          // other programs have samplers of their own: they are left out, as elsewhere
        }
      }
      return known;
    } catch (IllegalArgumentException e) {
      throw field.fault("%s", e.getMessage());
    }
  }

  /** KoboldCpp's numbers of samplers. */
  private static void koboldOrder(Draft draft, Field field) {
    List<String> names =
        List.of("top_k", "top_a", "top_p", "", "typ_p", "temperature", "penalties");
    List<String> order = new ArrayList<>();
    for (Field each : field.list()) {
      int i = each.integer();
      if (i < 0 || i >= names.size()) {
        throw each.fault("samplers have numbers from 0 to 6, not %d", i);
      }
      order.add(names.get(i));
    }
    order.remove("");
    if (order.contains("penalties")) {
      order.add(order.indexOf("penalties") + 1, "dry");
    }
    order.addAll(List.of("min_p", "top_n_sigma", "xtc"));
    order.remove("temperature");
    order.add("temperature");
    draft.samplers = order;
  }

  private static ObjectNode schema(Field field) {
    if (field.value().isBoolean() && field.value().booleanValue()) {
      return Json.object();
    }
    if (field.value().isTextual()) {
      return Json.object(field.text().getBytes(StandardCharsets.UTF_8)).node();
    }
    return field.object().node();
  }

  private static void triggers(Draft draft, Field field) {
    for (Field each : field.list()) {
      if (each.value().isTextual()) {
        draft.triggers.add(each.text());
      } else {
        Fields trigger = each.object();
        draft.triggers.add(trigger.text("value", trigger.text("word", "")));
      }
    }
    draft.triggers.removeIf(String::isEmpty);
  }

  /** {@code [[id or text, bias or false], …]}, or an object by ids or texts. */
  private static void biases(Draft draft, Field field, Tokenizer tokenizer) {
    if (field.value().size() > MOST_BIASES) {
      throw field.fault("at most %d biases, found %d", MOST_BIASES, field.value().size());
    }
    if (field.value().isArray()) {
      for (Field each : field.list()) {
        if (each.value().isObject()) { // {"id": …, "bias": …}
          Fields pair = each.object();
          pair.find("bias").ifPresent(b -> bias(draft, pair.node().get("id"), b, tokenizer));
        } else if (each.list().size() == 2) {
          bias(draft, each.value().get(0), each.list().get(1), tokenizer);
        } else {
          throw each.fault("expected a token and its bias");
        }
      }
    } else {
      for (Map.Entry<String, JsonNode> entry : field.object().node().properties()) {
        Field value = new Field(field.name() + "." + entry.getKey(), entry.getValue());
        bias(draft, keyed(entry.getKey()), value, tokenizer);
      }
    }
  }

  private static JsonNode keyed(String key) {
    return Json.node(key.matches("\\d{1,9}") ? (Object) Integer.valueOf(key) : key);
  }

  private static void bias(Draft draft, JsonNode token, Field value, Tokenizer tokenizer) {
    boolean forbids = value.value().isBoolean() && !value.value().booleanValue();
    float bias = forbids ? Float.NEGATIVE_INFINITY : value.number();
    if (token != null && token.isIntegralNumber()) {
      draft.logitBias.merge(token.intValue(), bias, Float::sum);
    } else if (token != null && token.isTextual()) {
      for (int id : tokenizer.encode(token.textValue(), false, true)) {
        draft.logitBias.merge(id, bias, Float::sum);
      }
    } else {
      throw value.fault("a token is an id or a text");
    }
  }
}
