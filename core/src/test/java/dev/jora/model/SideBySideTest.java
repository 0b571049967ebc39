package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pass for several texts changes nothing of one. */
class SideBySideTest {
  private static final int CONTEXT = 64;

  /** Phi 3 chooses RoPE factors by the size of the context, of 64 positions at first. */
  @ParameterizedTest
  @ValueSource(strings = {"phi3", "llama", "gemma2", "gptoss"})
  void roomForOthersIsNoLongerContext(String name) {
    DecoderOptions alone =
        new DecoderOptions(CONTEXT, 512, GgmlType.F32, GgmlType.F32, RopeOptions.Overrides.NONE);
    DecoderOptions side = alone.sideBySide(4, CONTEXT);
    assertEquals(CONTEXT, alone.rows());
    assertEquals(4 * CONTEXT, side.rows());
    try (GgufFile file = GgufFile.open(Shared.golden("architectures/" + name + "/model.gguf"));
        WorkPool pool = new WorkPool(1);
        CpuBackend backend = new CpuBackend(new ScalarKernels(), pool)) {
      Model model = Model.of(file);
      assertArrayEquals(logits(model, backend, alone, 1), logits(model, backend, side, 4));
    }
  }

  /** Logits of the last token of the last of so many equal texts. */
  private static float[] logits(
      Model model, CpuBackend backend, DecoderOptions options, int texts) {
    float[] logits = new float[model.vocabularySize()];
    int[] tokens = IntStream.range(1, CONTEXT + 1).toArray();
    try (Decoder decoder = new Decoder(model, Placement.all(backend, model), options)) {
      Batch batch = new Batch();
      Sequence[] all = new Sequence[texts];
      for (int i = 0; i < texts; i++) {
        all[i] = decoder.newSequence();
        batch.add(all[i], tokens, 0, CONTEXT, Batch.Outputs.LAST);
      }
      decoder.forward(batch);
      decoder.logits(texts - 1, logits);
      for (Sequence sequence : all) {
        sequence.close();
      }
    }
    return logits;
  }
}
