package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.Sequence;
import dev.jora.sampling.Penalties;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generations that go on where the context ends, and conversations over a prompt cache. */
class ShiftedGenerationTest {
  private static final GenerationListener SILENT = new GenerationListener() {};
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");

  /** A model with its tokenizer, and samplers that never end a text. */
  private record Chat(TestModel model, Tokenizer tokenizer, Generator generator)
      implements AutoCloseable {
    static Chat open(Path file, int context) {
      TestModel model =
          new TestModel(file, KernelSelector.best().kernels(), 2, GgmlType.F16, 64, context);
      Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(file));
      return new Chat(model, tokenizer, new Generator(model.decoder, tokenizer));
    }

    SamplerChain sampler() {
      SamplingParams endless =
          SamplingParams.builder()
              .seed(7)
              .penalties(new Penalties.Params(64, 1.2f, 0, 0))
              .ignoreEos(true)
              .build();
      return new SamplerChain(
          endless, new VocabularyTexts(tokenizer, model.model.vocabularySize()));
    }

    Generation generate(PromptCache cache, int[] prompt, int tokens) {
      return generator.generate(cache, prompt, sampler(), options(tokens, -1), SILENT);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Generator.Options options(int tokens, int shiftKeep) {
    return new Generator.Options(tokens, List.of(), id -> false, shiftKeep);
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  @Test
  void aTextGoesOnBeyondTheContext() {
    try (Chat chat = Chat.open(DEMO, 64);
        Sequence sequence = chat.model.decoder.newSequence();
        PromptCache cache = new PromptCache(chat.model.decoder, 8)) {
      int[] prompt = chat.tokenizer.encode("Once upon a time there was a boy", true, true);
      Generation bare =
          chat.generator.generate(sequence, prompt, chat.sampler(), options(300, 8), SILENT);
      assertEquals(StopReason.LIMIT, bare.stop());
      assertEquals(300, bare.ids().length);
      Generation cached = chat.generate(cache, prompt, 300);
      assertArrayEquals(bare.ids(), cached.ids());
      assertArrayEquals(sequence.tokens(), cache.sequence().tokens());
      assertArrayEquals(Arrays.copyOf(prompt, 8), Arrays.copyOf(sequence.tokens(), 8));
      int[] drawn = Arrays.copyOf(bare.ids(), 299); // the last was not read
      int[] held = Arrays.copyOfRange(sequence.tokens(), 8, sequence.length());
      assertArrayEquals(Arrays.copyOfRange(drawn, 299 - held.length, 299), held);
      assertEquals(prompt.length + 299, sequence.length() + cache.discarded());
    }
  }

  @Test
  void theNextPromptIsReadFromWhereItIsNew() {
    try (Chat chat = Chat.open(DEMO, 64);
        PromptCache cache = new PromptCache(chat.model.decoder, 8)) {
      int[] text = chat.tokenizer.encode("Once upon a time there was a boy", true, true);
      int[] question = chat.tokenizer.encode(" The boy saw", false, true);
      Generation first = chat.generate(cache, text, 200);
      assertEquals(0, first.timings().cachedTokens());
      for (int turn = 0; turn < 5; turn++) {
        text = join(text, first.ids(), question);
        first = chat.generate(cache, text, 40);
        assertEquals(1 + question.length, first.timings().promptTokens(), "turn " + turn);
        assertEquals(cache.reused(), first.timings().cachedTokens());
        assertEquals(40, first.ids().length);
      }
    }
  }

  @Test
  void whatIsReusedCountsForPenaltiesToo() {
    try (Chat chat = Chat.open(DEMO, 512);
        PromptCache cache = new PromptCache(chat.model.decoder, -1);
        Sequence sequence = chat.model.decoder.newSequence()) {
      int[] prompt = chat.tokenizer.encode("The dog ran to the park. The dog", true, true);
      Generation whole =
          chat.generator.generate(sequence, prompt, chat.sampler(), options(40, -1), SILENT);
      cache.prepare(prompt, 1);
      chat.generator.read(cache.sequence(), Arrays.copyOf(prompt, prompt.length - 3), SILENT);
      Generation rest = chat.generate(cache, prompt, 40);
      assertEquals(3, rest.timings().promptTokens());
      assertArrayEquals(whole.ids(), rest.ids());
    }
  }

  @Test
  void withoutShiftAFullContextEndsTheText() {
    try (Chat chat = Chat.open(DEMO, 32);
        PromptCache cache = new PromptCache(chat.model.decoder, -1);
        PromptCache allKept = new PromptCache(chat.model.decoder, 32)) {
      int[] prompt = chat.tokenizer.encode("The boy saw a bird", true, true);
      assertEquals(StopReason.CONTEXT, chat.generate(cache, prompt, -1).stop());
      assertEquals(32, cache.sequence().length());
      assertEquals(StopReason.CONTEXT, chat.generate(allKept, prompt, -1).stop());
      int[] full = cache.sequence().tokens();
      assertThrows(ContextOverflowException.class, () -> chat.generate(cache, full, 1));
      assertArrayEquals(full, cache.sequence().tokens());
    }
  }

  @Test
  void whatCannotMoveIsReadAgain() {
    try (Chat chat = Chat.open(Shared.testdata("architectures/gpt2/model.gguf"), 64);
        PromptCache cache = new PromptCache(chat.model.decoder, 8)) {
      int[] prompt = IntStream.range(20, 40).toArray();
      Generation g = chat.generate(cache, prompt, 60);
      assertEquals(StopReason.LIMIT, g.stop());
      assertTrue(cache.discarded() > 0);
      int[] text = join(prompt, g.ids());
      List<float[]> logits = new ArrayList<>();
      GenerationListener listener =
          new GenerationListener() {
            @Override
            public void token(int id, float[] row) {
              logits.add(row.clone());
            }
          };
      chat.generator.generate(cache, text, chat.sampler(), options(1, -1), listener);
      int[] held = cache.sequence().tokens();
      assertArrayEquals(chat.model.logits(held, 64)[held.length - 1], logits.getFirst(), 0.02f);
    }
  }

  /**
   * A real model over several shifts. What moved tokens had seen of those that are gone stays in
   * their values, so logits are near those of a text that begins anew, not equal to them.
   */
  @Tag("slow")
  @Test
  void aLongTextStaysSound() {
    Path file = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf");
    try (Chat chat = Chat.open(file, 256);
        PromptCache cache = new PromptCache(chat.model.decoder, 16)) {
      int[] prompt = chat.tokenizer.encode("The history of the city of Rome begins", true, true);
      int vocabulary = chat.model.model.vocabularySize();
      double[] divergence = new double[1];
      int[] compared = new int[2];
      double[] surprise = new double[1];
      GenerationListener listener =
          new GenerationListener() {
            private int drawn;

            @Override
            public void token(int id, float[] logits) {
              double sum = Golden.logSumExp(logits);
              assertTrue(Double.isFinite(sum), "token " + drawn);
              surprise[0] += sum - logits[id];
              if (++drawn % 50 == 0 && cache.discarded() > 0) {
                int[] held = cache.sequence().tokens();
                float[] anew = last(chat.model, held);
                double sumAnew = Golden.logSumExp(anew);
                double d = 0;
                for (int i = 0; i < vocabulary; i++) {
                  double log = anew[i] - sumAnew;
                  d += Math.exp(log) * (log - (logits[i] - sum));
                }
                divergence[0] += d;
                compared[0]++;
                compared[1] += Golden.argmax(anew) == Golden.argmax(logits) ? 1 : 0;
              }
            }
          };
      Generation g =
          chat.generator.generate(cache, prompt, chat.sampler(), options(800, -1), listener);
      assertEquals(StopReason.LIMIT, g.stop());
      assertEquals(600, cache.discarded());
      assertEquals(12, compared[0]);
      System.out.printf(
          "divergence %.4f, same top %d of 12, surprise %.3f%n",
          divergence[0] / 12, compared[1], surprise[0] / 800);
      assertTrue(divergence[0] / 12 < 0.04, "divergence " + divergence[0] / 12);
      assertTrue(compared[1] >= 10, "same top " + compared[1]);
      assertTrue(surprise[0] / 800 < 2.6, "surprise " + surprise[0] / 800);
    }
  }

  private static float[] last(TestModel m, int[] tokens) {
    float[][] rows = m.logits(tokens, 64);
    return rows[rows.length - 1];
  }
}
