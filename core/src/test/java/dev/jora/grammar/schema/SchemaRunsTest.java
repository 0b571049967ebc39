package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.chat.ChatFormat;
import dev.jora.chat.ChatTemplates;
import dev.jora.chat.Message;
import dev.jora.engine.Engine;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.StopReason;
import dev.jora.engine.TextStream;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
  private static final int STREAMS = 32;

  /** More than a bounded schema's texts have. */
  private static final int CONTEXT = 4096;

  /** Where a text that may have no end is cut. */
  private static final int LIMIT = 512;

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

  /** A schema and what came of it. */
  private static final class Run {
    private final String name;
    private final JsonNode schema;
    private final CompiledGrammar grammar;
    private final int[] prompt;
    private final Generation[] texts = new Generation[SEEDS];
    private int valid;
    private int cut;

    Run(LoadedModel model, ChatFormat format, String name, JsonNode schema) {
      this.name = name;
      this.schema = schema;
      JsonSchema.Reading written = new JsonSchema.Reading(false, true); // as run and chat do
      this.grammar = model.compile(Grammar.parse(JsonSchema.rules("root", schema, written)));
      Message question = Message.user("Write an example of: " + name + ", in JSON.");
      this.prompt = format.prompt(List.of(question), true).ids();
    }

    SamplerChain sampler(LoadedModel model, int seed) {
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

    void take(int seed, Generation text) throws JsonProcessingException {
      texts[seed] = text;
      if (text.stop() != StopReason.EOS) {
        cut++;
      } else {
        String where = name + ", seed " + seed + ":\n" + text.text();
        assertTrue(Validator.isValidWherever(schema, MAPPER.readTree(text.text())), where);
        valid++;
      }
      if (valid + cut == SEEDS) { // a run that is stopped has said something
        System.out.println(this);
      }
    }

    /** The same seed without company. */
    void checkAlone(LoadedModel model, Decoder decoder, int seed, Generator.Options options) {
      try (Sequence sequence = decoder.newSequence()) {
        Generation alone =
            new Generator(decoder, model.tokenizer())
                .generate(
                    sequence, prompt, sampler(model, seed), options, new GenerationListener() {});
        assertArrayEquals(alone.ids(), texts[seed].ids(), name + ", seed " + seed);
        assertEquals(alone.text(), texts[seed].text(), name + ", seed " + seed);
      }
    }

    /** A row of the table in docs/json-schema.md. */
    @Override
    public String toString() {
      int tokens = 0;
      int longest = 0;
      for (Generation text : texts) {
        tokens += text.ids().length;
        longest = Math.max(longest, text.ids().length);
      }
      return String.format(
          Locale.ROOT,
          "| %s | %d | %d | %.0f | %d |",
          name,
          valid,
          cut,
          (double) tokens / SEEDS,
          longest);
    }
  }

  /** One text in progress. */
  private record Draw(Run run, int seed, Sequence sequence, TextStream stream) {
    static Draw of(LoadedModel model, Decoder decoder, Run run, int seed, Generator.Options how) {
      Sequence sequence = decoder.newSequence();
      TextStream stream =
          new TextStream(
              sequence,
              model.tokenizer(),
              run.prompt,
              run.sampler(model, seed),
              how,
              new GenerationListener() {});
      return new Draw(run, seed, sequence, stream);
    }

    void end() throws JsonProcessingException {
      run.take(seed, stream.result());
      sequence.close();
    }
  }

  @Test
  void everyTextOfABoundedSchemaEndsAndIsValid() throws IOException {
    for (Run run : runs("bounded.json", -1)) {
      assertEquals(SEEDS, run.valid, run::toString);
    }
  }

  @Test
  void everyTextThatEndsIsValid() throws IOException {
    for (Run run : runs("everyday.json", LIMIT)) {
      assertTrue(run.cut == 0 || !BOUNDED.contains(run.name), run::toString);
    }
  }

  /**
   * Draws the texts of all schemas of a file.
   *
   * @param limit tokens of a text; −1 for no limit but the context
   */
  private static List<Run> runs(String file, int limit) throws IOException {
    LoadOptions load = LoadOptions.DEFAULT.withContextSize(CONTEXT).withSequences(STREAMS);
    JsonNode schemas = MAPPER.readTree(Files.readString(Shared.testdata("json-schema/" + file)));
    try (LoadedModel model =
            LoadedModel.open(Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf"), load);
        Decoder decoder = model.decoder()) {
      ChatFormat format =
          new ChatFormat(
              ChatTemplates.of(model.model().metadata(), false),
              model.tokenizer(),
              Map.of(),
              LocalDateTime::now);
      List<Run> runs = new ArrayList<>();
      for (Map.Entry<String, JsonNode> each : schemas.properties()) {
        runs.add(new Run(model, format, each.getKey(), each.getValue()));
      }
      Generator.Options options = new Generator.Options(limit, List.of(), false);
      draw(model, decoder, runs, options);
      for (int i = 0; i < runs.size(); i++) {
        runs.get(i).checkAlone(model, decoder, i % SEEDS, options);
      }
      return runs;
    }
  }

  private static void draw(
      LoadedModel model, Decoder decoder, List<Run> runs, Generator.Options options)
      throws JsonProcessingException {
    Engine engine = new Engine(decoder);
    List<Draw> live = new ArrayList<>();
    for (int i = 0; i < runs.size() * SEEDS || !live.isEmpty(); ) {
      for (; i < runs.size() * SEEDS && live.size() < STREAMS; i++) {
        live.add(Draw.of(model, decoder, runs.get(i / SEEDS), i % SEEDS, options));
        engine.add(live.getLast().stream);
      }
      engine.step();
      for (Draw draw : List.copyOf(live)) {
        if (draw.stream.isEnded()) {
          live.remove(draw);
          draw.end();
        }
      }
    }
  }
}
