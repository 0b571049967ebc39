package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a real model writes at temperature 1, from its whole vocabulary, under each everyday schema.
 * {@code -Djora.seeds=N} draws other than 100 texts of each.
 */
@Tag("slow")
class SchemaRunsTest {
  private static final int SEEDS = Integer.getInteger("jora.seeds", 100);
  private static final int STREAMS = 16;
  private static final int CONTEXT = 4096;

  /**
   * Schemas whose texts have a longest one. The others have strings, lists or nesting without a
   * limit, of which a model at temperature 1 sometimes finds no end within the context.
   */
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

  private static final Generator.Options TO_THE_END = new Generator.Options(-1, List.of(), false);

  /** A schema and what came of it. */
  private static final class Run {
    private final String name;
    private final JsonNode schema;
    private final CompiledGrammar grammar;
    private final Sequence prompt; // without its last token
    private final int last;
    private int ended;
    private int cut;
    private int tokens;
    private int longest;

    Run(LoadedModel model, Decoder decoder, String name, JsonNode schema) {
      this.name = name;
      this.schema = schema;
      JsonSchema.Reading written = new JsonSchema.Reading(false, true); // as run and chat do
      this.grammar = model.compile(Grammar.parse(JsonSchema.rules("root", schema, written)));
      String question = "<|im_start|>user\nWrite an example of: " + name + ", in JSON.<|im_end|>\n";
      int[] ids = model.tokenizer().encode(question + "<|im_start|>assistant\n", false, true);
      this.prompt = decoder.newSequence();
      this.last = ids[ids.length - 1];
      Batch batch = new Batch();
      batch.add(prompt, ids, 0, ids.length - 1, Batch.Outputs.NONE);
      decoder.forward(batch);
    }

    void count(int seed, Generation text) throws JsonProcessingException {
      String where = name + ", seed " + seed + ":\n" + text.text();
      tokens += text.ids().length;
      longest = Math.max(longest, text.ids().length);
      if (text.stop() == StopReason.CONTEXT) {
        cut++;
        return;
      }
      assertEquals(StopReason.EOS, text.stop(), where);
      assertTrue(Validator.isValidWherever(schema, MAPPER.readTree(text.text())), where);
      ended++;
    }

    @Override
    public String toString() {
      return String.format(
          "%n%s: %d ended and valid, %d cut; %d tokens, longest %d",
          name, ended, cut, tokens, longest);
    }
  }

  /** One text. */
  private record Draw(Run run, int seed, Sequence sequence, TextStream stream) {
    static Draw of(LoadedModel model, Run run, int seed) {
      SamplingParams plain =
          SamplingParams.builder()
              .seed(seed)
              .samplers(List.of("temperature"))
              .temperature(1)
              .build();
      SamplerChain sampler = model.sampler(plain);
      sampler.hold(run.grammar.start());
      Sequence sequence = run.prompt.fork();
      TextStream stream =
          new TextStream(
              sequence,
              model.tokenizer(),
              new int[] {run.last},
              sampler,
              TO_THE_END,
              new GenerationListener() {});
      return new Draw(run, seed, sequence, stream);
    }

    void end() throws JsonProcessingException {
      run.count(seed, stream.result());
      sequence.close();
    }
  }

  @Test
  void everyTextIsJsonOfItsSchema() throws IOException {
    LoadOptions load = LoadOptions.DEFAULT.withContextSize(CONTEXT).withSequences(STREAMS);
    JsonNode schemas =
        MAPPER.readTree(Files.readString(Shared.testdata("json-schema/everyday.json")));
    try (LoadedModel model =
            LoadedModel.open(Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf"), load);
        Decoder decoder = model.decoder()) {
      List<Run> runs = new ArrayList<>();
      for (Map.Entry<String, JsonNode> each : schemas.properties()) {
        runs.add(new Run(model, decoder, each.getKey(), each.getValue()));
      }
      draw(model, decoder, runs);
      runs.forEach(run -> run.prompt.close());
      System.out.println(runs);
      for (Run run : runs) {
        assertTrue(run.cut == 0 || !BOUNDED.contains(run.name), runs::toString);
      }
    }
  }

  private static void draw(LoadedModel model, Decoder decoder, List<Run> runs)
      throws JsonProcessingException {
    Engine engine = new Engine(decoder);
    List<Draw> live = new ArrayList<>();
    for (int i = 0; i < runs.size() * SEEDS || !live.isEmpty(); ) {
      for (; i < runs.size() * SEEDS && live.size() < STREAMS; i++) {
        live.add(Draw.of(model, runs.get(i % runs.size()), i / runs.size()));
        engine.add(live.getLast().stream);
        if ((i + 1) % (10 * runs.size()) == 0) { // a run that is stopped has said something
          System.out.println(i / runs.size() + 1 + " seeds begun: " + runs);
        }
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
