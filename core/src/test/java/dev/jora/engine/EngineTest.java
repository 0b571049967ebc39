package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.EngineUser.Wish;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who shares an engine with whom, and who has how much of it. */
class EngineTest {
  private static final int CONTEXT = 160;
  private static final Kernels KERNELS = KernelSelector.best().kernels();
  private static final String DEMO = "jora-demo.gguf";

  private static Path file(String name) {
    return name.startsWith("models/") ? Shared.path(name) : Shared.golden(name);
  }

  private static TestModel open(String name, int batchSize) {
    return new TestModel(file(name), KERNELS, 2, GgmlType.F16, batchSize, CONTEXT);
  }

  private static Tokenizer tokenizer(String name) {
    return Tokenizer.from(GgufFile.readMetadata(file(name)));
  }

  private static int[] prompt(int length) {
    return new Random(length).ints(length, 3, 300).toArray();
  }

  /** Eight that come at different steps; some lose patience, one fills its context, one shifts. */
  private static List<Wish> wishes() {
    return List.of(
        new Wish(prompt(40), 0, 12),
        new Wish(prompt(CONTEXT - 6), 0, -1),
        new Wish(prompt(13), 0, 30, -1, 4),
        new Wish(prompt(3), 1, 12),
        new Wish(prompt(CONTEXT - 10), 2, 40, 8, Integer.MAX_VALUE),
        new Wish(prompt(1), 5, 9),
        new Wish(prompt(70), 6, 12, -1, 0),
        new Wish(prompt(25), 9, 12));
  }

  @ParameterizedTest
  @CsvSource({
    DEMO + ", 48",
    DEMO + ", 9",
    DEMO + ", 5",
    DEMO + ", 1",
    "architectures/llama/model.gguf, 48",
    "architectures/gemma2/model.gguf, 48",
    "architectures/gemma2/model.gguf, 160",
    "architectures/gpt2/model.gguf, 48",
    "architectures/mixtral/model.gguf, 4",
    "architectures/gptoss/model.gguf, 9",
    "architectures/deepseek2/model.gguf, 48",
    "architectures/mamba/model.gguf, 9",
    "architectures/mamba2/model.gguf, 48",
    "architectures/qwen35/model.gguf, 9",
    "architectures/gemma4e/model.gguf, 48",
    "architectures/lfm2/model.gguf, 4",
    "models/SmolLM2-135M-Instruct.Q4_1.gguf, 48"
  })
  void aTextIsTheSameInAnyCompany(String name, int batchSize) {
    Tokenizer tokenizer = tokenizer(name);
    try (TestModel whole = open(name, 512);
        TestModel pieces = open(name, batchSize)) {
      List<EngineUser> together = EngineUser.together(pieces.decoder, tokenizer, wishes());
      List<Object> ends = new ArrayList<>();
      for (int i = 0; i < together.size(); i++) {
        try (EngineUser found = together.get(i);
            EngineUser alone = EngineUser.alone(whole.decoder, tokenizer, found.wish)) {
          found.assertSame(alone, "user " + i);
          ends.add(found.end());
        }
      }
      assertEquals(StopReason.CONTEXT, ends.get(1));
      assertEquals(StopReason.INTERRUPTED, ends.get(2));
      assertEquals(StopReason.INTERRUPTED, ends.get(6));
      assertTrue(ends.contains(StopReason.LIMIT), ends.toString());
    }
  }

  @Test
  void whoDrawsHasATokenOfEveryPassAndPromptsShareTheRest() {
    Tokenizer tokenizer = tokenizer(DEMO);
    try (TestModel model = open(DEMO, 16);
        EngineUser drawing = user(model, tokenizer, 12);
        EngineUser second = user(model, tokenizer, 1);
        EngineUser lengthy = user(model, tokenizer, 120);
        EngineUser brief = user(model, tokenizer, 22)) {
      Engine engine = new Engine(model.decoder);
      engine.add(drawing.stream);
      engine.add(second.stream);
      engine.step();
      engine.add(lengthy.stream);
      engine.step();
      engine.add(brief.stream);
      int[] ofLengthy = {14, 21, 28, 35, 48};
      int[] ofBrief = {0, 7, 14, 21, 22};
      for (int step = 0; step < 5; step++) {
        assertEquals(2 + step, drawing.drawn());
        assertEquals(2 + step, second.drawn());
        assertEquals(ofLengthy[step], lengthy.read);
        assertEquals(ofBrief[step], brief.read);
        engine.step();
      }
      assertEquals(2, brief.drawn());
      assertEquals(4, engine.size());
    }
  }

  /** No pass has room for all, so nobody may be passed over for ever. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whereThereAreMoreTextsThanRowsTheyTakeTurns(int rows) {
    Tokenizer tokenizer = tokenizer(DEMO);
    int[] lengths = {1, 12, 13, 15};
    List<EngineUser> users = new ArrayList<>();
    try (TestModel model = open(DEMO, rows)) {
      Engine engine = new Engine(model.decoder);
      for (int length : lengths) {
        users.add(user(model, tokenizer, length));
        engine.add(users.getLast().stream);
      }
      int most = Arrays.stream(lengths).sum() * 4;
      for (int step = 0; step < most; step++) {
        engine.step();
      }
      for (EngineUser user : users) {
        assertTrue(user.drawn() > 5, "after " + most + " passes: " + user.drawn());
        user.close();
      }
    }
  }

  @Test
  void whoCancelsLeavesAndOthersStay() {
    Tokenizer tokenizer = tokenizer(DEMO);
    try (TestModel model = open(DEMO, 16);
        EngineUser cancels = user(model, tokenizer, 12);
        EngineUser reads = user(model, tokenizer, 120);
        EngineUser stays = user(model, tokenizer, 1);
        EngineUser alone = EngineUser.alone(model.decoder, tokenizer, endless(1))) {
      Engine engine = new Engine(model.decoder);
      for (EngineUser user : List.of(cancels, reads, stays)) {
        engine.add(user.stream);
      }
      engine.step();
      engine.step();
      cancels.stream.cancel();
      reads.stream.cancel();
      assertNull(cancels.stream.stop());
      assertTrue(engine.step());
      assertEquals(1, engine.size());
      assertEquals(StopReason.INTERRUPTED, cancels.stream.result().stop());
      assertEquals(1, cancels.stream.result().ids().length);
      assertEquals(StopReason.INTERRUPTED, reads.stream.result().stop());
      assertEquals(reads.read, reads.stream.result().timings().promptTokens());
      while (engine.step()) {
        // the others go on
      }
      stays.assertSame(alone, "who stays");
      assertFalse(engine.step());
    }
  }

  /** Asked between layers, a pass ends when nobody in it wants it any more. */
  @Test
  void aPassThatNobodyWantsEndsBetweenLayers() {
    Tokenizer tokenizer = tokenizer(DEMO);
    for (int impatient = 1; impatient <= 2; impatient++) {
      try (TestModel model = open(DEMO, 64);
          Sequence one = model.decoder.newSequence();
          Sequence two = model.decoder.newSequence()) {
        int[] asked = new int[2];
        List<TextStream> streams = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          int user = i;
          boolean loses = i < impatient;
          GenerationListener listener =
              new GenerationListener() {
                @Override
                public boolean cancelled() {
                  return ++asked[user] > 2 && loses;
                }
              };
          streams.add(stream(i == 0 ? one : two, model, tokenizer, listener));
        }
        Engine engine = new Engine(model.decoder);
        streams.forEach(engine::add);
        boolean left = engine.step();
        assertEquals(impatient < 2, left);
        assertEquals(StopReason.INTERRUPTED, streams.getFirst().stop());
        assertEquals(impatient < 2 ? 20 : 0, two.length());
        assertEquals(two.length(), one.length());
      }
    }
  }

  private static TextStream stream(
      Sequence sequence, TestModel model, Tokenizer tokenizer, GenerationListener listener) {
    SamplerChain sampler =
        new SamplerChain(
            SamplingParams.GREEDY, new VocabularyTexts(tokenizer, model.model.vocabularySize()));
    Generator.Options options = new Generator.Options(10, List.of(), false);
    return new TextStream(sequence, tokenizer, prompt(20), sampler, options, listener);
  }

  @Test
  void aSequenceHasOneText() {
    Tokenizer tokenizer = tokenizer(DEMO);
    GenerationListener silent = new GenerationListener() {};
    try (TestModel model = open(DEMO, 16);
        Sequence sequence = model.decoder.newSequence()) {
      Engine engine = new Engine(model.decoder);
      TextStream first = stream(sequence, model, tokenizer, silent);
      engine.add(first);
      assertThrows(IllegalStateException.class, first::result);
      TextStream second = stream(sequence, model, tokenizer, silent);
      assertThrows(IllegalArgumentException.class, () -> engine.add(second));
      assertThrows(IllegalArgumentException.class, () -> engine.add(first));
      first.cancel();
      engine.step();
      engine.add(second);
      while (engine.step()) {
        // until it ends
      }
      assertEquals(second.result().timings().sampledTokens(), second.result().ids().length);
      assertTrue(second.stop() != StopReason.INTERRUPTED);
    }
  }

  @Test
  void whatIsForcedIsReadAndShownAsIfItHadBeenDrawn() {
    Tokenizer tokenizer = tokenizer(DEMO);
    int[] words = tokenizer.encode(" and then a dragon came", false, true);
    try (TestModel model = open(DEMO, 4); // fewer than there are words
        EngineUser forced = user(model, tokenizer, 12);
        EngineUser beside = user(model, tokenizer, 15);
        EngineUser alone = EngineUser.alone(model.decoder, tokenizer, endless(15))) {
      Engine engine = new Engine(model.decoder);
      engine.add(forced.stream);
      engine.add(beside.stream);
      while (forced.drawn() < 3) {
        engine.step();
      }
      String before = forced.shown.toString();
      forced.stream.force(words);
      assertEquals(before + " and then a dragon came", forced.shown.toString());
      assertEquals(3, forced.drawn());
      while (engine.step()) {
        // to the end
      }
      Generation g = forced.stream.result();
      assertEquals(StopReason.LIMIT, g.stop());
      assertEquals(40, g.ids().length);
      assertArrayEquals(words, Arrays.copyOfRange(g.ids(), 3, 3 + words.length));
      assertEquals(40 - words.length, forced.drawn());
      assertEquals(40 - words.length, g.timings().sampledTokens());
      assertEquals(12 + 1 + words.length, g.timings().promptTokens());
      assertEquals(40 - words.length - 2, g.timings().evalRuns());
      beside.assertSame(alone, "beside it");
      assertThrows(IllegalStateException.class, () -> forced.stream.force(words));
    }
  }

  @Test
  void whatIsForcedIntoAFullContextEndsTheTextOrShiftsIt() {
    Tokenizer tokenizer = tokenizer(DEMO);
    int[] words = prompt(9);
    for (int keep : new int[] {-1, 8}) {
      Wish wish = new Wish(prompt(CONTEXT - 5), 0, 12, keep, Integer.MAX_VALUE);
      try (TestModel model = open(DEMO, 64);
          EngineUser user = new EngineUser(model.decoder, tokenizer, wish)) {
        Engine engine = new Engine(model.decoder);
        engine.add(user.stream);
        while (user.drawn() < 2) {
          engine.step();
        }
        user.stream.force(words);
        assertEquals(keep < 0 ? StopReason.CONTEXT : null, user.stream.stop());
        while (engine.step()) {
          // to the end
        }
        int[] ids = user.stream.result().ids();
        assertArrayEquals(words, Arrays.copyOfRange(ids, 2, 11));
        assertEquals(keep < 0 ? 11 : 12, ids.length);
      }
    }
  }

  /** Also where a pass has fewer rows than there are texts; one of them is full before others. */
  @Test
  void alternativesAreTextsOfTheirOwn() {
    Tokenizer tokenizer = tokenizer(DEMO);
    GenerationListener silent = new GenerationListener() {};
    int[] prompt = prompt(CONTEXT - 8);
    Generator.Options options = new Generator.Options(-1, List.of(), false);
    try (TestModel model = open(DEMO, 3);
        PromptCache cache = new PromptCache(model.decoder, -1)) {
      Generator generator = new Generator(model.decoder, tokenizer);
      List<SamplerChain> samplers = new ArrayList<>();
      for (int seed = 0; seed < 5; seed++) {
        samplers.add(EngineUser.sampler(model.decoder, tokenizer, seed, Map.of()));
      }
      GenerationListener forces =
          new GenerationListener() {
            @Override
            public void goesOn(TextStream stream) {
              stream.force(new int[] {50, 60, 70});
            }
          };
      List<GenerationListener> listeners = List.of(silent, silent, forces, silent, silent);
      List<Generation> all = generator.alternatives(cache, prompt, samplers, options, listeners);
      assertArrayEquals(prompt, cache.sequence().tokens());
      assertEquals(StopReason.CONTEXT, all.get(2).stop());
      for (int seed = 0; seed < 5; seed++) {
        SamplerChain sampler = EngineUser.sampler(model.decoder, tokenizer, seed, Map.of());
        Generation alone = generator.generate(cache, prompt, sampler, options, listeners.get(seed));
        assertArrayEquals(alone.ids(), all.get(seed).ids(), "seed " + seed);
        assertEquals(alone.stop(), all.get(seed).stop());
      }
    }
  }

  /** Turns of several over caches of their own, whose contexts are shifted on the way. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        DEMO,
        "architectures/llama/model.gguf",
        "architectures/gemma2/model.gguf",
        "architectures/gpt2/model.gguf",
        "architectures/mamba/model.gguf",
        "architectures/qwen35/model.gguf",
        "architectures/gemma4e/model.gguf"
      })
  void conversationsAreTheSameSideBySide(String name) {
    Tokenizer tokenizer = tokenizer(name);
    Generator.Options options = new Generator.Options(25, List.of(), false);
    GenerationListener silent = new GenerationListener() {};
    int users = 3;
    try (TestModel model = open(name, 40)) {
      Generator generator = new Generator(model.decoder, tokenizer);
      Engine engine = new Engine(model.decoder);
      List<PromptCache> alone = new ArrayList<>();
      List<PromptCache> together = new ArrayList<>();
      List<int[]> texts = new ArrayList<>();
      for (int user = 0; user < users; user++) {
        alone.add(new PromptCache(model.decoder, 8));
        together.add(new PromptCache(model.decoder, 8));
        texts.add(prompt(30 + user));
      }
      for (int turn = 0; turn < 6; turn++) {
        List<TextStream> streams = new ArrayList<>();
        for (int user = 0; user < users; user++) {
          SamplerChain sampler = EngineUser.sampler(model.decoder, tokenizer, turn, Map.of());
          streams.add(
              new TextStream(
                  together.get(user), tokenizer, texts.get(user), sampler, options, silent));
          engine.add(streams.getLast());
          engine.step(); // the next one comes later
        }
        while (engine.step()) {
          // until all have their answers
        }
        for (int user = 0; user < users; user++) {
          SamplerChain sampler = EngineUser.sampler(model.decoder, tokenizer, turn, Map.of());
          Generation g =
              generator.generate(alone.get(user), texts.get(user), sampler, options, silent);
          Generation found = streams.get(user).result();
          String what = "user " + user + ", turn " + turn;
          assertArrayEquals(g.ids(), found.ids(), what);
          assertEquals(g.timings().cachedTokens(), found.timings().cachedTokens(), what);
          assertEquals(g.timings().promptTokens(), found.timings().promptTokens(), what);
          assertEquals(alone.get(user).discarded(), together.get(user).discarded(), what);
          texts.set(
              user,
              Stream.of(texts.get(user), g.ids(), prompt(20 + turn))
                  .flatMapToInt(Arrays::stream)
                  .toArray());
        }
      }
      assertTrue(together.getFirst().discarded() > 0);
      alone.forEach(PromptCache::close);
      together.forEach(PromptCache::close);
    }
  }

  private static EngineUser user(TestModel model, Tokenizer tokenizer, int length) {
    return new EngineUser(model.decoder, tokenizer, endless(length));
  }

  /** Of a length after which the demo model does not end its text soon. */
  private static Wish endless(int length) {
    return new Wish(prompt(length), 0, 40);
  }
}
