package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.EngineUser.Wish;
import dev.jora.fault.ParameterException;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are led away from a negative prompt, against two plain sequences mixed by hand. */
class GuidanceTest {
  private static final int CONTEXT = 160;
  private static final String DEMO = "jora-demo.gguf";
  private static final GenerationListener SILENT = new GenerationListener() {};

  private static TestModel open(String name, int batchSize) {
    return new TestModel(
        file(name), KernelSelector.best().kernels(), 2, GgmlType.F16, batchSize, CONTEXT);
  }

  private static Path file(String name) {
    return Shared.golden(name);
  }

  private static Tokenizer tokenizer(String name) {
    return Tokenizer.from(GgufFile.readMetadata(file(name)));
  }

  private static int[] prompt(int length) {
    return new Random(length).ints(length, 3, 300).toArray();
  }

  private static Generator.Options options(int tokens, int keep) {
    return new Generator.Options(tokens, List.of(), id -> false, keep);
  }

  /** One that never ends a text. */
  private static SamplerChain sampler(TestModel model, Tokenizer tokenizer, boolean greedy) {
    SamplingParams.Builder params = SamplingParams.builder().seed(5).ignoreEos(true);
    return new SamplerChain(
        (greedy ? params.temperature(0f) : params).build(),
        new VocabularyTexts(tokenizer, model.model.vocabularySize()));
  }

  // ---- the oracle --------------------------------------------------------------------------

  /** Logits after tokens at the end of a sequence. */
  private static float[] logits(Decoder decoder, Sequence sequence, int[] ids, boolean isPrompt) {
    Batch batch = new Batch();
    if (isPrompt) {
      batch.addPrompt(sequence, ids, 0, ids.length, ids.length, Batch.Outputs.LAST);
    } else {
      batch.addSingle(sequence, ids, 0, ids.length, Batch.Outputs.LAST);
    }
    decoder.forward(batch);
    float[] logits = new float[decoder.model().vocabularySize()];
    decoder.logits(0, logits);
    return logits;
  }

  /** What is drawn where both texts are read apart, each with a pass of its own. */
  private static int[] byHand(
      TestModel model, int[] prompt, int[] negative, float scale, SamplerChain sampler, int n) {
    int[] drawn = new int[n];
    for (int id : prompt) {
      sampler.accept(id);
    }
    try (Sequence text = model.decoder.newSequence();
        Sequence other = model.decoder.newSequence()) {
      float[] l = logits(model.decoder, text, prompt, true);
      float[] m = logits(model.decoder, other, negative, true);
      for (int i = 0; i < n; i++) {
        drawn[i] = sampler.sample(mixed(l, m, scale));
        sampler.accept(drawn[i]);
        l = logits(model.decoder, text, new int[] {drawn[i]}, false);
        m = logits(model.decoder, other, new int[] {drawn[i]}, false);
      }
    }
    return drawn;
  }

  private static float[] mixed(float[] l, float[] m, float scale) {
    double sumL = Golden.logSumExp(l);
    double sumM = Golden.logSumExp(m);
    float[] mixed = new float[l.length];
    for (int i = 0; i < l.length; i++) {
      mixed[i] = (float) ((1.0 - scale) * (m[i] - sumM) + (double) scale * (l[i] - sumL));
    }
    return mixed;
  }

  @ParameterizedTest
  @CsvSource({
    DEMO + ", 1.5",
    DEMO + ", 0",
    DEMO + ", -1",
    DEMO + ", 0.4",
    "architectures/llama/model.gguf, 3",
    "architectures/gemma2/model.gguf, 1.5",
    "architectures/mamba/model.gguf, 1.5",
    "architectures/qwen35/model.gguf, 1.5",
    "architectures/lfm2/model.gguf, 1.5"
  })
  void tokensAreDrawnFromTheMixtureOfBoth(String name, float scale) {
    Tokenizer tokenizer = tokenizer(name);
    for (int length : new int[] {40, 5}) { // longer than the text, and shorter
      int[] prompt = prompt(21);
      int[] negative = prompt(length);
      for (boolean greedy : new boolean[] {true, false}) {
        for (int rows : new int[] {512, 13, 1}) {
          try (TestModel model = open(name, rows);
              TestModel whole = open(name, 512);
              PromptCache cache = new PromptCache(model.decoder, -1);
              PromptCache other = new PromptCache(model.decoder, -1)) {
            int[] expected =
                byHand(whole, prompt, negative, scale, sampler(whole, tokenizer, greedy), 25);
            Generation found =
                new Generator(model.decoder, tokenizer)
                    .generate(
                        cache,
                        prompt,
                        new Guidance(scale, other, negative),
                        sampler(model, tokenizer, greedy),
                        options(25, -1),
                        SILENT);
            assertArrayEquals(expected, found.ids(), "greedy " + greedy + ", rows " + rows);
            assertEquals(prompt.length + 24, cache.sequence().length());
            assertArrayEquals(
                join(negative, Arrays.copyOf(expected, 24)), other.sequence().tokens());
            assertEquals(prompt.length, found.timings().promptTokens());
            assertEquals(24, found.timings().evalRuns());
          }
        }
      }
    }
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  @Test
  void whatTheListenerHearsIsWhatWasDrawnFrom() {
    Tokenizer tokenizer = tokenizer(DEMO);
    int[] prompt = prompt(20);
    int[] negative = prompt(7);
    float[][] heard = new float[1][];
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void token(int id, float[] logits) {
            heard[0] = logits.clone();
          }
        };
    try (TestModel model = open(DEMO, 64);
        PromptCache cache = new PromptCache(model.decoder, -1);
        PromptCache other = new PromptCache(model.decoder, -1)) {
      Generator generator = new Generator(model.decoder, tokenizer);
      Guidance guidance = new Guidance(2, other, negative);
      SamplerChain sampler = sampler(model, tokenizer, true);
      generator.generate(cache, prompt, guidance, sampler, options(1, -1), listener);
      try (Sequence unread = model.decoder.newSequence();
          PromptCache anew = new PromptCache(model.decoder, -1)) {
        Guidance same = new Guidance(2, anew, negative);
        float[] read = generator.read(unread, prompt, same, SILENT);
        assertEquals(-1, Arrays.mismatch(heard[0], read));
      }
      try (Sequence a = model.decoder.newSequence();
          Sequence b = model.decoder.newSequence()) {
        float[] l = logits(model.decoder, a, prompt, true);
        float[] m = logits(model.decoder, b, negative, true);
        assertArrayEquals(mixed(l, m, 2), heard[0], 1e-4f);
      }
    }
  }

  // ---- off ---------------------------------------------------------------------------------

  @Test
  void aScaleOfOneReadsNothingAndChangesNothing() {
    Tokenizer tokenizer = tokenizer(DEMO);
    try (TestModel model = open(DEMO, 64);
        PromptCache cache = new PromptCache(model.decoder, -1);
        PromptCache other = new PromptCache(model.decoder, -1)) {
      Generator generator = new Generator(model.decoder, tokenizer);
      List<Integer> logits = new ArrayList<>();
      GenerationListener listener =
          new GenerationListener() {
            @Override
            public void token(int id, float[] row) {
              logits.add(Arrays.hashCode(row));
            }
          };
      int[] prompt = prompt(30);
      generator.generate(
          cache, prompt, sampler(model, tokenizer, false), options(20, -1), listener);
      List<Integer> plain = List.copyOf(logits);
      logits.clear();
      cache.sequence().truncate(0);
      Guidance off = new Guidance(1, other, prompt(9));
      generator.generate(
          cache, prompt, off, sampler(model, tokenizer, false), options(20, -1), listener);
      assertEquals(plain, logits);
      assertEquals(0, other.sequence().length());
    }
  }

  @Test
  void withoutANegativePromptTheLastTokenOfThePromptStandsAlone() {
    Tokenizer tokenizer = tokenizer(DEMO);
    int[] prompt = prompt(30);
    int[] last = {prompt[29]};
    List<int[]> drawn = new ArrayList<>();
    try (TestModel model = open(DEMO, 64)) {
      for (int[] negative : List.of(last, new int[0])) {
        try (PromptCache cache = new PromptCache(model.decoder, -1);
            PromptCache other = new PromptCache(model.decoder, -1)) {
          Guidance guidance = new Guidance(1.5f, other, negative);
          SamplerChain sampler = sampler(model, tokenizer, true);
          drawn.add(
              new Generator(model.decoder, tokenizer)
                  .generate(cache, prompt, guidance, sampler, options(20, -1), SILENT)
                  .ids());
          assertEquals(last[0], other.sequence().tokens()[0]);
          assertEquals(20, other.sequence().length());
        }
      }
    }
    assertArrayEquals(drawn.get(0), drawn.get(1));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aScaleIsAFiniteNumber(float scale) {
    String message =
        assertThrows(ParameterException.class, () -> new Guidance(scale, null, new int[0]))
            .getMessage();
    assertEquals("cfg_scale must be a finite number, not " + scale, message);
  }

  // ---- company -----------------------------------------------------------------------------

  /**
   * Guided ones and others; some lose patience, some fill a context, of the negative or their own.
   */
  private static List<Wish> wishes() {
    return List.of(
        new Wish(prompt(40), 0, 12).ledAwayFrom(prompt(60)),
        new Wish(prompt(CONTEXT - 6), 0, -1).ledAwayFrom(prompt(8)),
        new Wish(prompt(13), 0, 30, -1, 4).ledAwayFrom(prompt(33)),
        new Wish(prompt(3), 1, 12),
        new Wish(prompt(CONTEXT - 10), 2, 40, 8, Integer.MAX_VALUE).ledAwayFrom(prompt(90)),
        new Wish(prompt(9), 2, 40, 8, Integer.MAX_VALUE).ledAwayFrom(prompt(CONTEXT - 4)),
        new Wish(prompt(1), 5, -1).ledAwayFrom(prompt(CONTEXT - 6)),
        new Wish(prompt(70), 6, 12, -1, 0).ledAwayFrom(prompt(2)),
        new Wish(prompt(25), 9, 12));
  }

  @ParameterizedTest
  @CsvSource({
    DEMO + ", 48",
    DEMO + ", 9",
    DEMO + ", 1",
    "architectures/llama/model.gguf, 160",
    "architectures/gemma2/model.gguf, 48",
    "architectures/gpt2/model.gguf, 48",
    "architectures/mamba/model.gguf, 9",
    "architectures/qwen35/model.gguf, 9",
    "architectures/gemma4e/model.gguf, 48"
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
      assertEquals(StopReason.CONTEXT, ends.get(6));
      assertEquals(StopReason.INTERRUPTED, ends.get(7));
      assertTrue(ends.contains(StopReason.LIMIT), ends.toString());
    }
  }

  /** As many rows as buffers have, which are no more than a context where one text is expected. */
  @Test
  void textsThatAreLongerThanTheContextTogetherShareIt() {
    Tokenizer tokenizer = tokenizer(DEMO);
    try (TestModel model = open(DEMO, 512);
        EngineUser one = new EngineUser(model.decoder, tokenizer, new Wish(prompt(140), 0, 3));
        EngineUser two = new EngineUser(model.decoder, tokenizer, new Wish(prompt(150), 0, 3))) {
      Engine engine = new Engine(model.decoder);
      engine.add(one.stream);
      engine.add(two.stream);
      while (engine.step()) {
        // to the end
      }
      assertNull(one.stream.fault());
      assertNull(two.stream.fault());
      assertEquals(3, one.drawn());
    }
  }

  // ---- what else a text can meet -----------------------------------------------------------

  @Test
  void alternativesAreTextsOfTheirOwn() {
    Tokenizer tokenizer = tokenizer(DEMO);
    for (int length : new int[] {30, CONTEXT - 8}) { // of the negative, which may be full first
      try (TestModel model = open(DEMO, 3);
          PromptCache cache = new PromptCache(model.decoder, -1);
          PromptCache other = new PromptCache(model.decoder, -1)) {
        Guidance guidance = new Guidance(1.5f, other, prompt(length));
        int[] prompt = prompt(40);
        Generator generator = new Generator(model.decoder, tokenizer);
        List<SamplerChain> samplers = new ArrayList<>();
        for (int seed = 0; seed < 4; seed++) {
          samplers.add(EngineUser.sampler(model.decoder, tokenizer, seed, Map.of()));
        }
        List<Generation> all =
            generator.alternatives(
                cache,
                prompt,
                guidance,
                samplers,
                options(20, -1),
                List.of(SILENT, SILENT, SILENT, SILENT));
        assertArrayEquals(prompt, cache.sequence().tokens());
        assertArrayEquals(guidance.prompt(), other.sequence().tokens());
        for (int seed = 0; seed < 4; seed++) {
          SamplerChain sampler = EngineUser.sampler(model.decoder, tokenizer, seed, Map.of());
          Generation alone =
              generator.generate(cache, prompt, guidance, sampler, options(20, -1), SILENT);
          assertArrayEquals(alone.ids(), all.get(seed).ids(), "seed " + seed);
          assertEquals(alone.stop(), all.get(seed).stop());
        }
      }
    }
  }

  /** The negative prompt, too, is only read where it is new. */
  @ParameterizedTest
  @ValueSource(
      strings = {DEMO, "architectures/mamba/model.gguf", "architectures/gemma2/model.gguf"})
  void bothCachesAreReusedFromTurnToTurn(String name) {
    Tokenizer tokenizer = tokenizer(name);
    try (TestModel model = open(name, 64);
        PromptCache cache = new PromptCache(model.decoder, -1);
        PromptCache other = new PromptCache(model.decoder, -1)) {
      Generator generator = new Generator(model.decoder, tokenizer);
      int[] text = prompt(20);
      int[] negative = prompt(30);
      for (int turn = 0; turn < 3; turn++) {
        Guidance guidance = new Guidance(1.5f, other, negative);
        SamplerChain sampler = sampler(model, tokenizer, true);
        Generation g = generator.generate(cache, text, guidance, sampler, options(8, -1), SILENT);
        assertEquals(turn == 0 ? 0 : negative.length - 12, other.reused(), "turn " + turn);
        assertEquals(turn == 0 ? 0 : text.length - 12, cache.reused());
        text = join(text, g.ids(), prompt(11));
        negative = join(negative, g.ids(), prompt(11));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    DEMO + ", 20, 150", // the negative is full first
    DEMO + ", 150, 20",
    DEMO + ", 100, 100",
    "architectures/gpt2/model.gguf, 20, 150",
    "architectures/mamba/model.gguf, 150, 20"
  })
  void eitherContextIsShiftedWhenItIsFull(String name, int length, int negativeLength) {
    Tokenizer tokenizer = tokenizer(name);
    int[] prompt = prompt(length);
    int[] negative = prompt(negativeLength);
    try (TestModel model = open(name, 64);
        PromptCache cache = new PromptCache(model.decoder, 8);
        PromptCache other = new PromptCache(model.decoder, 4)) {
      Guidance guidance = new Guidance(1.5f, other, negative);
      SamplerChain sampler = sampler(model, tokenizer, true);
      Generation g =
          new Generator(model.decoder, tokenizer)
              .generate(cache, prompt, guidance, sampler, options(200, -1), SILENT);
      assertEquals(StopReason.LIMIT, g.stop());
      assertEquals(200, g.ids().length);
      assertHolds(prompt, 8, g.ids(), cache);
      assertHolds(negative, 4, g.ids(), other);
    }
  }

  /** The beginning of the prompt, and the end of what was read. */
  private static void assertHolds(int[] prompt, int keep, int[] drawn, PromptCache cache) {
    int[] read = join(prompt, Arrays.copyOf(drawn, drawn.length - 1));
    int[] held = cache.sequence().tokens();
    assertTrue(cache.discarded() > 0);
    assertEquals(read.length, held.length + cache.discarded());
    assertArrayEquals(Arrays.copyOf(read, keep), Arrays.copyOf(held, keep));
    assertArrayEquals(
        Arrays.copyOfRange(read, keep + cache.discarded(), read.length),
        Arrays.copyOfRange(held, keep, held.length));
  }

  /** Where one context is shifted, the text is what both make of it then. */
  @Test
  void aShiftedNegativeGoesOnInItsPlace() {
    Tokenizer tokenizer = tokenizer(DEMO);
    try (TestModel model = open(DEMO, 64);
        Sequence text = model.decoder.newSequence();
        PromptCache cache = new PromptCache(model.decoder, -1);
        PromptCache other = new PromptCache(model.decoder, 4);
        PromptCache apart = new PromptCache(model.decoder, 4)) {
      int[] prompt = prompt(20);
      int[] negative = prompt(CONTEXT - 3);
      SamplerChain sampler = sampler(model, tokenizer, true);
      Generation g =
          new Generator(model.decoder, tokenizer)
              .generate(
                  cache,
                  prompt,
                  new Guidance(1.5f, other, negative),
                  sampler,
                  options(12, -1),
                  SILENT);
      float[] l = logits(model.decoder, text, prompt, true);
      int[] rest = apart.prepare(negative, 1);
      float[] m = null;
      for (int from = 0; from < rest.length; from += 64) {
        Batch batch = new Batch();
        int n = Math.min(64, rest.length - from);
        batch.addPrompt(apart.sequence(), rest, from, n, rest.length, Batch.Outputs.LAST);
        model.decoder.forward(batch);
        m = new float[l.length];
        model.decoder.logits(0, m);
      }
      for (int i = 0; i < 12; i++) {
        int id = Golden.argmax(withoutEnds(mixed(l, m, 1.5f), tokenizer));
        assertEquals(id, g.ids()[i], "token " + i);
        l = logits(model.decoder, text, new int[] {id}, false);
        if (apart.sequence().length() == CONTEXT) {
          assertEquals(0, apart.makeRoom().orElseThrow().length);
        }
        m = logits(model.decoder, apart.sequence(), new int[] {id}, false);
      }
    }
  }

  private static float[] withoutEnds(float[] logits, Tokenizer tokenizer) {
    IntStream.range(0, tokenizer.vocab().size())
        .filter(id -> tokenizer.vocab().isEog(id))
        .forEach(id -> logits[id] = Float.NEGATIVE_INFINITY);
    return logits;
  }

  @Test
  void whatIsForcedIsReadByBoth() {
    Tokenizer tokenizer = tokenizer(DEMO);
    int[] words = prompt(9);
    for (int rows : new int[] {64, 3}) {
      try (TestModel model = open(DEMO, rows);
          PromptCache cache = new PromptCache(model.decoder, -1);
          PromptCache other = new PromptCache(model.decoder, -1)) {
        GenerationListener forces =
            new GenerationListener() {
              private int drawn;

              @Override
              public void goesOn(TextStream stream) {
                if (++drawn == 3) {
                  stream.force(words);
                }
              }
            };
        int[] prompt = prompt(20);
        int[] negative = prompt(6);
        Guidance guidance = new Guidance(1.5f, other, negative);
        SamplerChain sampler = sampler(model, tokenizer, true);
        Generator generator = new Generator(model.decoder, tokenizer);
        Generation g =
            generator.generate(cache, prompt, guidance, sampler, options(30, -1), forces);
        int[] begun = Arrays.copyOf(g.ids(), 12);
        assertArrayEquals(words, Arrays.copyOfRange(begun, 3, 12));
        assertArrayEquals(join(negative, Arrays.copyOf(g.ids(), 29)), other.sequence().tokens());
        assertEquals(30, g.ids().length);
        // the same as drawn tokens, so as a text that goes on from there
        int[] after = byHandFrom(model, prompt, negative, begun, sampler(model, tokenizer, true));
        assertEquals(after[0], g.ids()[12]);
      }
    }
  }

  private static int[] byHandFrom(
      TestModel model, int[] prompt, int[] negative, int[] begun, SamplerChain sampler) {
    try (Sequence text = model.decoder.newSequence();
        Sequence other = model.decoder.newSequence()) {
      readInPieces(model, text, prompt);
      readInPieces(model, other, negative);
      float[] l = null;
      float[] m = null;
      for (int id : begun) {
        l = logits(model.decoder, text, new int[] {id}, false);
        m = logits(model.decoder, other, new int[] {id}, false);
      }
      return new int[] {sampler.sample(mixed(l, m, 1.5f))};
    }
  }

  private static void readInPieces(TestModel model, Sequence sequence, int[] ids) {
    int rows = model.decoder.options().rows();
    for (int from = 0; from < ids.length; from += rows) {
      Batch batch = new Batch();
      int n = Math.min(rows, ids.length - from);
      batch.addPrompt(sequence, ids, from, n, ids.length, Batch.Outputs.NONE);
      model.decoder.forward(batch);
    }
  }

  /** Also in the middle of a negative prompt that takes longer than the text's own. */
  @Test
  void aGuidedTextIsCancelledAtAnyTime() {
    Tokenizer tokenizer = tokenizer(DEMO);
    for (int steps = 0; steps < 12; steps++) {
      try (TestModel model = open(DEMO, 16);
          PromptCache cache = new PromptCache(model.decoder, -1);
          PromptCache other = new PromptCache(model.decoder, -1)) {
        int[] prompt = prompt(20);
        int[] negative = prompt(100);
        Guidance guidance = new Guidance(1.5f, other, negative);
        SamplerChain sampler = sampler(model, tokenizer, true);
        TextStream stream =
            new TextStream(cache, tokenizer, prompt, sampler, options(30, -1), SILENT)
                .guided(guidance);
        Engine engine = new Engine(model.decoder);
        engine.add(stream);
        assertEquals(1, engine.size());
        for (int i = 0; i < steps; i++) {
          engine.step();
        }
        stream.cancel();
        assertFalse(engine.step());
        assertEquals(StopReason.INTERRUPTED, stream.result().stop());
        int drawn = stream.result().ids().length;
        assertEquals(steps >= 8, drawn > 0, "after " + steps + " steps");
        // whoever asks again gets the same as if nothing had been
        Generator generator = new Generator(model.decoder, tokenizer);
        SamplerChain again = sampler(model, tokenizer, true);
        int[] ids =
            generator.generate(cache, prompt, guidance, again, options(30, -1), SILENT).ids();
        int[] expected;
        try (TestModel whole = open(DEMO, 512)) {
          expected = byHand(whole, prompt, negative, 1.5f, sampler(whole, tokenizer, true), 30);
        }
        assertArrayEquals(expected, ids, "after " + steps + " steps");
      }
    }
  }

  @Test
  void aNegativePromptHasASequenceOfItsOwnAndFitsIt() {
    Tokenizer tokenizer = tokenizer(DEMO);
    try (TestModel model = open(DEMO, 64);
        PromptCache cache = new PromptCache(model.decoder, -1);
        PromptCache second = new PromptCache(model.decoder, -1);
        PromptCache other = new PromptCache(model.decoder, -1)) {
      SamplerChain sampler = sampler(model, tokenizer, true);
      int[] prompt = prompt(20);
      TextStream stream = new TextStream(cache, tokenizer, prompt, sampler, options(3, -1), SILENT);
      assertThrows(
          IllegalArgumentException.class, () -> stream.guided(new Guidance(2, cache, prompt)));
      assertThrows(
          ContextOverflowException.class,
          () -> stream.guided(new Guidance(2, other, prompt(CONTEXT))));
      Engine engine = new Engine(model.decoder);
      engine.add(stream.guided(new Guidance(2, other, prompt(8))));
      TextStream rival =
          new TextStream(second, tokenizer, prompt, sampler, options(3, -1), SILENT)
              .guided(new Guidance(2, other, prompt(8)));
      assertThrows(IllegalArgumentException.class, () -> engine.add(rival));
      while (engine.step()) {
        // to the end
      }
      assertEquals(StopReason.LIMIT, stream.stop());
    }
  }
}
