package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.chat.ChatFormat;
import dev.jora.chat.ChatTemplates;
import dev.jora.chat.Message;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.PromptCache;
import dev.jora.engine.StopReason;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.model.Decoder;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a real model writes under a schema at temperature 1, from its whole vocabulary: many texts
 * at once, each of a seed, as {@code jora run --json-schema S --temp 1 --samplers temperature -s
 * SEED} writes it alone. {@code -Djora.seeds=N} draws other than 100 texts of each schema.
 */
@Tag("slow")
class SchemaRunsTest {
  private static final int SEEDS = Integer.getInteger("jora.seeds", 100);
  private static final int STREAMS = 50;

  /** More than a bounded schema's texts have. */
  private static final int CONTEXT = 4096;

  /** Where a text that may have no end is cut. */
  private static final int LIMIT = 256;

  /** Schemas of {@code everyday.json} whose texts have a longest one. */
  private static final Set<String> BOUNDED =
      Set.of(
          "sentiment",
          "tags",
          "point",
          "settings",
          "map of counts",
          "extended",
          "with an owner",
          "not reserved",
          "network");

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** A model and how it is asked. */
  private record Writer(LoadedModel model, Decoder decoder, ChatFormat format) {
    SamplerChain sampler(CompiledGrammar grammar, int seed) {
      SamplingParams plain =
          SamplingParams.builder()
              .seed(seed)
              .samplers(List.of("temperature"))
              .temperature(1)
              .build();
      SamplerChain sampler = model.sampler(plain);
      sampler.hold(grammar.start());
      return sampler;
    }

    /** One text of each seed, drawn side by side. */
    List<Generation> texts(Task task, int from, int to) {
      List<SamplerChain> samplers =
          IntStream.range(from, to).mapToObj(seed -> sampler(task.grammar, seed)).toList();
      List<GenerationListener> nobody =
          Collections.nCopies(samplers.size(), new GenerationListener() {});
      try (PromptCache cache = new PromptCache(decoder, -1)) {
        return new Generator(decoder, model.tokenizer())
            .alternatives(cache, task.prompt, samplers, task.options, nobody);
      }
    }

    /** The text of a seed, without company. */
    Generation text(Task task, int seed) {
      try (PromptCache cache = new PromptCache(decoder, -1)) {
        return new Generator(decoder, model.tokenizer())
            .generate(
                cache,
                task.prompt,
                sampler(task.grammar, seed),
                task.options,
                new GenerationListener() {});
      }
    }
  }

  /** What is to be written. */
  private record Task(int[] prompt, CompiledGrammar grammar, Generator.Options options) {
    static Task of(Writer writer, String name, JsonNode schema, int limit) {
      JsonSchema.Reading written = new JsonSchema.Reading(false, true); // as run and chat do
      Grammar grammar = Grammar.parse(JsonSchema.rules("root", schema, written));
      Message question = Message.user("Write an example of: " + name + ", in JSON.");
      return new Task(
          writer.format.prompt(List.of(question), true).ids(),
          writer.model.compile(grammar),
          new Generator.Options(limit, List.of(), false));
    }
  }

  /** What came of a schema. */
  private record Run(String name, List<Generation> texts) {
    static Run of(Writer writer, String name, JsonNode schema, int limit)
        throws JsonProcessingException {
      Task task = Task.of(writer, name, schema, limit);
      List<Generation> texts = new ArrayList<>();
      for (int seed = 0; seed < SEEDS; seed += STREAMS) {
        texts.addAll(writer.texts(task, seed, Math.min(seed + STREAMS, SEEDS)));
      }
      for (int seed = 0; seed < SEEDS; seed++) {
        Generation text = texts.get(seed);
        String where = name + ", seed " + seed + ":\n" + text.text();
        if (text.stop() == StopReason.EOS) {
          assertTrue(Validator.isValidWherever(schema, MAPPER.readTree(text.text())), where);
        }
      }
      int last = SEEDS - 1;
      int[] alone = writer.text(task, last).ids();
      assertArrayEquals(alone, texts.get(last).ids(), name + ", seed " + last + " alone");
      return new Run(name, texts);
    }

    long cut() {
      return texts.stream().filter(text -> text.stop() != StopReason.EOS).count();
    }

    /** A row of the table in docs/json-schema.md. */
    @Override
    public String toString() {
      IntSummaryStatistics lengths =
          texts.stream().mapToInt(text -> text.ids().length).summaryStatistics();
      return String.format(
          Locale.ROOT,
          "| %s | %d | %d | %.0f | %d |",
          name,
          texts.size() - cut(),
          cut(),
          lengths.getAverage(),
          lengths.getMax());
    }
  }

  @Test
  void everyTextOfABoundedSchemaEndsAndIsValid() throws IOException {
    Map<String, JsonNode> schemas = schemas("everyday.json");
    schemas.keySet().retainAll(BOUNDED);
    assertEquals(BOUNDED, schemas.keySet());
    schemas.putAll(schemas("bounded.json"));
    for (Run run : runs(schemas, -1)) {
      assertEquals(0, run.cut(), run::toString);
    }
  }

  @Test
  void everyTextThatEndsIsValid() throws IOException {
    Map<String, JsonNode> schemas = schemas("everyday.json");
    schemas.keySet().removeAll(BOUNDED);
    runs(schemas, LIMIT);
  }

  private static Map<String, JsonNode> schemas(String file) throws IOException {
    String json = Files.readString(Shared.testdata("json-schema/" + file));
    return MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, JsonNode>>() {});
  }

  /**
   * What the model writes under each of some schemas.
   *
   * @param limit tokens of a text; −1 for no limit but the context
   */
  private static List<Run> runs(Map<String, JsonNode> schemas, int limit) throws IOException {
    LoadOptions load = LoadOptions.DEFAULT.withContextSize(CONTEXT).withSequences(STREAMS);
    try (LoadedModel model =
            LoadedModel.open(Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf"), load);
        Decoder decoder = model.decoder()) {
      ChatFormat format =
          new ChatFormat(
              ChatTemplates.of(model.model().metadata(), false),
              model.tokenizer(),
              Map.of(),
              LocalDateTime::now);
      Writer writer = new Writer(model, decoder, format);
      List<Run> runs = new ArrayList<>();
      for (Map.Entry<String, JsonNode> each : schemas.entrySet()) {
        runs.add(Run.of(writer, each.getKey(), each.getValue(), limit));
        System.out.println(runs.getLast()); // a run that is stopped has said something
      }
      return runs;
    }
  }
}
