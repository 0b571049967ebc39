package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.Utf8;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Sequence;
import dev.jora.sampling.GuidedLogits;
import dev.jora.sampling.Penalties;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.sampling.Temperature;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Banned phrases with models of all kinds: what is gone back to is what would be read anew. */
class BannedGoldenTest {
  private static final int CONTEXT = 256;
  private static final int LENGTH = 24;
  private static final float SCALE = 1.7f;

  /** Logits after a prompt and tokens of a text, read from the beginning every time. */
  private static final class Anew {
    private final TestModel model;
    private final int[] prompt;
    private final Map<List<Integer>, float[]> known = new HashMap<>();

    Anew(TestModel model, int[] prompt) {
      this.model = model;
      this.prompt = prompt;
    }

    float[] logits(int[] text) {
      return known.computeIfAbsent(Arrays.stream(text).boxed().toList(), key -> read(text));
    }

    private float[] read(int[] text) {
      float[] logits = new float[model.model.vocabularySize()];
      Batch batch = new Batch();
      try (Sequence sequence = model.decoder.newSequence()) {
        batch.addPrompt(sequence, prompt, 0, prompt.length, prompt.length, Batch.Outputs.LAST);
        model.decoder.forward(batch);
        for (int i = 0; i < text.length; i++) {
          batch.clear();
          batch.addSingle(sequence, text, i, 1, Batch.Outputs.LAST);
          model.decoder.forward(batch);
        }
        model.decoder.logits(0, logits);
      }
      return logits;
    }
  }

  private static SamplerChain chain(TestModel model, Tokenizer tokenizer, int[] prompt) {
    SamplingParams params =
        SamplingParams.builder()
            .temperature(new Temperature.Params(0, 0, 1))
            .penalties(new Penalties.Params(20, 1.3f, 0, 0))
            .ignoreEos(true)
            .build();
    SamplerChain chain =
        new SamplerChain(params, new VocabularyTexts(tokenizer, model.model.vocabularySize()));
    for (int id : prompt) {
      chain.acceptPrompt(id);
    }
    return chain;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jora-demo.gguf",
        "architectures/llama/model.gguf",
        "architectures/gemma2/model.gguf",
        "architectures/gemma4e/model.gguf",
        "architectures/gptoss/model.gguf",
        "architectures/mamba/model.gguf",
        "architectures/mamba2/model.gguf",
        "architectures/qwen35/model.gguf",
        "architectures/lfm2/model.gguf",
        "architectures/falcon-h1/model.gguf",
        "architectures/deepseek2/model.gguf",
        "architectures/gpt2/model.gguf"
      })
  void aTextIsThatOfTheOracle(String name) {
    Path file = Shared.golden(name);
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(file));
    int goings = 0;
    try (TestModel model =
        new TestModel(file, KernelSelector.best().kernels(), 2, GgmlType.F16, 64, CONTEXT)) {
      for (int seed = 0; seed < 4; seed++) {
        int length = new int[] {3, 60, 40, 1}[seed]; // at the end of a page, and over it
        int[] prompt =
            new Random(seed).ints(length, 3, Math.min(300, tokenizer.vocab().size())).toArray();
        Anew anew = new Anew(model, prompt);
        Generator.Options free = new Generator.Options(LENGTH, List.of(), false);
        List<String> phrases;
        try (BanUser user =
            new BanUser(model, tokenizer, prompt, chain(model, tokenizer, new int[0]), free)
                .run()) {
          phrases = phrases(tokenizer, user.stream.result().ids(), new Random(seed));
        }
        BannedPhrases banned = new BannedPhrases(phrases, false);
        BanOracle oracle =
            new BanOracle(
                tokenizer,
                () -> chain(model, tokenizer, prompt),
                anew::logits,
                phrases,
                false,
                List.of());
        int[] expected = oracle.text(LENGTH);
        goings += oracle.allGoings;
        try (BanUser user =
            new BanUser(
                    model,
                    tokenizer,
                    prompt,
                    chain(model, tokenizer, new int[0]),
                    free.withBanned(banned))
                .run()) {
          assertArrayEquals(expected, user.stream.result().ids(), name + " " + phrases);
          user.assertConsistent(phrases);
          assertEquals(StopReason.LIMIT, user.stream.stop());
          for (int i = 0; i < expected.length; i++) {
            float[] logits = anew.logits(Arrays.copyOf(expected, i));
            assertEquals(Arrays.hashCode(logits), user.rows.get(i), "logits of token " + i);
          }
        }
      }
      assertTrue(goings > 0, name + ": goings back " + goings);
    }
  }

  /** With guidance both sequences go back, and what was drawn with are the mixed logits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jora-demo.gguf",
        "architectures/gemma2/model.gguf",
        "architectures/mamba/model.gguf",
        "architectures/qwen35/model.gguf"
      })
  void aGuidedTextGoesBackToo(String name) {
    Path file = Shared.golden(name);
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(file));
    int[] prompt = new Random(5).ints(9, 3, 200).toArray();
    int[] negative = new Random(6).ints(4, 3, 200).toArray();
    Generator.Options free = new Generator.Options(LENGTH, List.of(), false);
    try (TestModel model =
        new TestModel(file, KernelSelector.best().kernels(), 2, GgmlType.F16, 64, CONTEXT)) {
      int[] first = guided(model, tokenizer, prompt, negative, free, List.of());
      List<String> phrases = phrases(tokenizer, first, new Random(7));
      Anew text = new Anew(model, prompt);
      Anew other = new Anew(model, negative);
      BanOracle oracle =
          new BanOracle(
              tokenizer,
              () -> chain(model, tokenizer, prompt),
              ids -> {
                float[] mixed = new float[model.model.vocabularySize()];
                GuidedLogits.mix(text.logits(ids), other.logits(ids), SCALE, mixed);
                return mixed;
              },
              phrases,
              false,
              List.of());
      int[] expected = oracle.text(LENGTH);
      Generator.Options banned = free.withBanned(new BannedPhrases(phrases, false));
      assertArrayEquals(
          expected, guided(model, tokenizer, prompt, negative, banned, phrases), "" + phrases);
      assertTrue(oracle.allGoings > 0);
    }
  }

  private static int[] guided(
      TestModel model,
      Tokenizer tokenizer,
      int[] prompt,
      int[] negative,
      Generator.Options options,
      List<String> phrases) {
    try (PromptCache cache = new PromptCache(model.decoder, -1);
        BanUser user =
            new BanUser(model, tokenizer, prompt, chain(model, tokenizer, new int[0]), options)) {
      user.stream.guided(new Guidance(SCALE, cache, negative));
      user.run();
      user.assertConsistent(phrases);
      int[] read = cache.sequence().tokens();
      int[] ids = user.stream.result().ids();
      int[] all = Arrays.copyOf(negative, negative.length + ids.length - 1);
      System.arraycopy(ids, 0, all, negative.length, ids.length - 1);
      assertArrayEquals(all, read);
      return ids;
    }
  }

  /** Pieces of a text of a few tokens each, and of a part of the last; all characters are some. */
  private static List<String> phrases(Tokenizer tokenizer, int[] ids, Random random) {
    List<String> phrases = new ArrayList<>();
    for (int tries = 0; tries < 200 && phrases.size() < 4; tries++) {
      int from = random.nextInt(ids.length - 1);
      int to = Math.min(ids.length, from + 1 + random.nextInt(4));
      String text = Utf8.decode(tokenizer.decode(Arrays.copyOfRange(ids, from, to), false));
      String phrase = text.substring(0, Math.max(0, text.length() - random.nextInt(2)));
      if (phrase.codePointCount(0, phrase.length()) > 1 && phrase.indexOf('\ufffd') < 0) {
        phrases.add(phrase);
      }
    }
    return phrases;
  }
}
