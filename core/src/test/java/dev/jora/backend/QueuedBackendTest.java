package dev.jora.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.QueuedBackend;
import dev.jora.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The seam holds for a device that works later: nothing waits but a read, nothing is seen late. */
final class QueuedBackendTest {
  private static final int CONTEXT = 96;
  private static final int PASS = 5;

  /** Two texts side by side in pieces, a fork, a cut, and tokens one by one. */
  private static float[][] logits(Model model, Backend backend) {
    DecoderOptions options =
        new DecoderOptions(CONTEXT, PASS, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE)
            .withLogitRows(2);
    float[][] logits = new float[6][model.vocabularySize()];
    try (Decoder decoder = new Decoder(model, Placement.all(backend, model), options);
        Sequence a = decoder.newSequence();
        Sequence b = decoder.newSequence()) {
      Batch batch = new Batch();
      for (int i = 0; i < 12; i += 3) { // passes that nobody reads from
        batch.clear();
        batch.add(a, tokens(7, i), i, 3, Batch.Outputs.NONE);
        batch.add(b, tokens(11, i), i, 2, Batch.Outputs.NONE);
        decoder.forward(batch);
      }
      try (Sequence c = a.fork()) {
        c.truncate(9);
        batch.clear();
        batch.add(a, new int[] {3, 4}, 0, 2, Batch.Outputs.ALL);
        batch.add(b, new int[] {5}, 0, 1, Batch.Outputs.LAST);
        batch.add(c, new int[] {6}, 0, 1, Batch.Outputs.LAST);
        decoder.forward(batch);
        for (int i = 0; i < 4; i++) {
          decoder.logits(i, logits[i]);
        }
      }
      for (int i = 4; i < 6; i++) {
        batch.clear();
        batch.add(b, new int[] {i}, 0, 1, Batch.Outputs.LAST);
        decoder.forward(batch);
        decoder.logits(0, logits[i]);
      }
    }
    return logits;
  }

  private static int[] tokens(int step, int from) {
    int[] ids = new int[from + 3];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 3 + i * step % 40;
    }
    return ids;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "mixtral",
        "gemma2",
        "gpt2",
        "gemma3",
        "qwen2moe",
        "cohere",
        "mamba",
        "deepseek2",
        "gptoss",
        "mamba2",
        "lfm2",
        "qwen35",
        "gemma4e",
        "bloom"
      })
  void sameBitsWhenWorkIsDoneLater(String name) {
    try (GgufFile file = GgufFile.open(Shared.golden("architectures/" + name + "/model.gguf"));
        WorkPool pool = new WorkPool(2);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        QueuedBackend queued =
            new QueuedBackend(new CpuBackend(KernelSelector.best().kernels(), pool))) {
      Model model = Model.of(file);
      float[][] expected = logits(model, cpu);
      float[][] found = logits(model, queued);
      for (int i = 0; i < expected.length; i++) {
        assertArrayEquals(expected[i], found[i], name + ", logits " + i);
      }
    }
  }

  @Test
  void aTokenWaitsTwice() {
    try (GgufFile file = GgufFile.open(Shared.golden("architectures/llama/model.gguf"));
        WorkPool pool = new WorkPool(1);
        QueuedBackend queued =
            new QueuedBackend(new CpuBackend(KernelSelector.best().kernels(), pool))) {
      Model model = Model.of(file);
      DecoderOptions options = DecoderOptions.defaults(model);
      try (Decoder decoder = new Decoder(model, Placement.all(queued, model), options);
          Sequence sequence = decoder.newSequence()) {
        Batch batch = new Batch();
        float[] logits = new float[model.vocabularySize()];
        batch.add(sequence, new int[] {3}, 0, 1, Batch.Outputs.LAST);
        decoder.forward(batch);
        decoder.logits(0, logits);
        queued.forget();
        batch.clear();
        batch.add(sequence, new int[] {4}, 0, 1, Batch.Outputs.LAST);
        decoder.forward(batch);
        decoder.logits(0, logits);
        assertEquals(2, queued.reads(), "a token waits for its hidden state and its logits");
        System.out.println("operations of a token: " + queued.calls());
      }
    }
  }
}
