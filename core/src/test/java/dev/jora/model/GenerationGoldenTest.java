package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.kernel.KernelSelector;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real model, teacher-forced on llama.cpp's greedy texts: nearer to exact than llama.cpp. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GenerationGoldenTest {
  /** A wider margin than llama.cpp's own error in a log-probability. */
  private static final double CLEAR = 0.6;

  private TestModel model;

  @BeforeAll
  void open() {
    Path file = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf");
    model = new TestModel(file, KernelSelector.best().kernels(), 2, GgmlType.F16, 512, 4096);
  }

  @AfterAll
  void close() {
    if (model != null) {
      model.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "capital",
        "chat-list",
        "chat-sky",
        "code",
        "long",
        "longer",
        "one-token",
        "russian",
        "spaces",
        "story",
        "unicode"
      })
  void errorIsAtMostLlamaCpps(String name) {
    JsonNode golden = Golden.json(Shared.path("golden/generation/" + name + ".json"));
    int[] prompt = Golden.ints(golden.get("prompt_tokens"));
    int[] ids = Golden.ints(golden.get("ids"));
    // The prompt in passes of 512, then one token at a time as a generation goes.
    try (Sequence sequence = model.decoder.newSequence()) {
      float[][] afterPrompt = new float[1][];
      readPrompt(sequence, prompt, afterPrompt);
      float[][] logits = new float[ids.length][model.model.vocabularySize()];
      logits[0] = afterPrompt[0];
      float[][] rest = Arrays.copyOfRange(logits, 1, ids.length);
      model.read(sequence, Arrays.copyOf(ids, ids.length - 1), 1, rest);
      compare(name, golden, logits);
    }
  }

  private void readPrompt(Sequence sequence, int[] prompt, float[][] last) {
    Batch batch = new Batch();
    for (int from = 0; from < prompt.length; from += 512) {
      batch.clear();
      int n = Math.min(512, prompt.length - from);
      batch.add(sequence, prompt, from, n, Batch.Outputs.LAST);
      model.decoder.forward(batch);
    }
    last[0] = new float[model.model.vocabularySize()];
    model.decoder.logits(0, last[0]);
  }

  private static void compare(String name, JsonNode golden, float[][] logits) {
    LogprobError ours = new LogprobError();
    LogprobError theirs = new LogprobError();
    for (int i = 0; i < logits.length; i++) {
      JsonNode step = golden.get("steps").get(i);
      double sum = Golden.logSumExp(logits[i]);
      for (JsonNode pair : step.get("exact")) {
        ours.add(logits[i][pair.get(0).intValue()] - sum, pair.get(1).doubleValue());
      }
      theirs.addLists(step.get("logprobs"), step.get("exact"));
      if (step.get("margin").doubleValue() > CLEAR) {
        assertEquals(step.get("id").intValue(), Golden.argmax(logits[i]), name + ", token " + i);
      }
      JsonNode exact = step.get("exact");
      if (exact.get(0).get(1).doubleValue() - exact.get(1).get(1).doubleValue() > CLEAR) {
        int best = exact.get(0).get(0).intValue();
        assertEquals(best, Golden.argmax(logits[i]), name + ", exact token " + i);
      }
    }
    System.out.printf(
        "%-12s error of log-probabilities max %.4f rms %.5f, llama.cpp max %.4f rms %.5f%n",
        name, ours.max(), ours.rms(), theirs.max(), theirs.rms());
    assertTrue(ours.max() <= theirs.max(), name + ": largest error " + ours.max());
    assertTrue(ours.rms() <= theirs.rms(), name + ": rms error " + ours.rms());
  }
}
