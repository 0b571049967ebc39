package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.ContextOverflowException;
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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** From prompt to text with the model that comes along: its greedy texts are those of llama.cpp. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoModelTest {
  private static final Path FILE = Shared.testdata("jora-demo.gguf");
  private static final GenerationListener SILENT = new GenerationListener() {};

  private TestModel model;
  private Tokenizer tokenizer;

  @BeforeAll
  void open() {
    model = new TestModel(FILE, KernelSelector.best().kernels(), 2, GgmlType.F16);
    tokenizer = Tokenizer.from(GgufFile.readMetadata(FILE));
  }

  @AfterAll
  void close() {
    model.close();
  }

  private Generation generate(String prompt, SamplingParams params, Generator.Options options) {
    return generate(prompt, params, options, SILENT);
  }

  private Generation generate(
      String prompt, SamplingParams params, Generator.Options options, GenerationListener to) {
    int vocabulary = model.model.vocabularySize();
    SamplerChain sampler = new SamplerChain(params, new VocabularyTexts(tokenizer, vocabulary));
    Generator generator = new Generator(model.decoder, tokenizer);
    int[] ids = tokenizer.encode(prompt, true, true);
    try (Sequence sequence = model.decoder.newSequence()) {
      return generator.generate(sequence, ids, sampler, options, to);
    }
  }

  private static Generator.Options tokens(int n) {
    return new Generator.Options(n, List.of(), false);
  }

  @Test
  void greedyTextsAreGolden() {
    JsonNode golden = Golden.json(Shared.testdata("golden/demo-greedy.json"));
    assertTrue(golden.size() >= 8);
    for (JsonNode entry : golden) {
      String prompt = entry.get("prompt").textValue();
      int[] ids = Golden.ints(entry.get("ids"));
      Generation generation = generate(prompt, SamplingParams.GREEDY, tokens(ids.length));
      assertArrayEquals(ids, generation.ids(), prompt);
      assertEquals(entry.get("text").textValue(), generation.text(), prompt);
    }
  }

  @Test
  void aSeedReproducesAText() {
    SamplingParams params = seeded(42);
    Generation a = generate("Once upon a time", params, tokens(60));
    assertEquals(a.text(), generate("Once upon a time", params, tokens(60)).text());
    assertTrue(!a.text().equals(generate("Once upon a time", seeded(43), tokens(60)).text()));
  }

  private static SamplingParams seeded(int seed) {
    return SamplingParams.builder().seed(seed).ignoreEos(true).build();
  }

  @Test
  void aStopStringEndsTheTextBeforeIt() {
    String prompt = "Once upon a time";
    String text = generate(prompt, SamplingParams.GREEDY, tokens(40)).text();
    String stop = text.substring(20, 26);
    Generation cut =
        generate(
            prompt,
            SamplingParams.GREEDY,
            new Generator.Options(40, List.of("never", stop), false));
    assertEquals(StopReason.WORD, cut.stop());
    assertEquals(stop, cut.stopWord());
    assertEquals(text.substring(0, text.indexOf(stop)), cut.text());
  }

  @Test
  void whatTheListenerIsShownIsTheText() {
    StringBuilder shown = new StringBuilder();
    List<Integer> ids = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void text(String piece) {
            shown.append(piece);
          }

          @Override
          public void token(int id, float[] logits) {
            ids.add(id);
          }

          @Override
          public boolean cancelled() {
            return ids.size() >= 7;
          }
        };
    Generation g = generate("The dog", SamplingParams.GREEDY, tokens(100), listener);
    assertEquals(StopReason.INTERRUPTED, g.stop());
    assertEquals(shown.toString(), g.text());
    assertEquals(7, g.ids().length);
    assertNull(g.stopWord());
  }

  @Test
  void whatIsCancelledCountsWhatItHasRead() {
    GenerationListener impatient =
        new GenerationListener() {
          private boolean enough;

          @Override
          public void prompt(int done, int total) {
            enough = true;
          }

          @Override
          public boolean cancelled() {
            return enough;
          }
        };
    SamplerChain greedy =
        new SamplerChain(
            SamplingParams.GREEDY, new VocabularyTexts(tokenizer, model.model.vocabularySize()));
    try (TestModel small =
            new TestModel(FILE, KernelSelector.best().kernels(), 2, GgmlType.F16, 64, 512);
        Sequence sequence = small.decoder.newSequence()) {
      int[] prompt = new int[150];
      Generation none =
          new Generator(small.decoder, tokenizer)
              .generate(sequence, prompt, greedy, tokens(5), impatient);
      assertEquals(StopReason.INTERRUPTED, none.stop());
      assertEquals(64, none.timings().promptTokens());
      assertEquals("", none.text());
    }
  }

  @Test
  void aFullContextEndsTheTextAndALongPromptIsRefused() {
    try (TestModel small =
        new TestModel(FILE, KernelSelector.best().kernels(), 1, GgmlType.F16, 8, 16)) {
      Generator generator = new Generator(small.decoder, tokenizer);
      SamplerChain sampler =
          new SamplerChain(seeded(1), new VocabularyTexts(tokenizer, small.model.vocabularySize()));
      int[] prompt = tokenizer.encode("The boy saw a bird", true, true);
      try (Sequence sequence = small.decoder.newSequence()) {
        Generation g = generator.generate(sequence, prompt, sampler, tokens(-1), SILENT);
        assertEquals(StopReason.CONTEXT, g.stop());
        assertEquals(16 - prompt.length + 1, g.ids().length);
        assertThrows(
            ContextOverflowException.class, () -> generator.read(sequence, prompt, SILENT));
      }
    }
  }
}
