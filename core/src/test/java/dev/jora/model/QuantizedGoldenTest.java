package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models of quantized weights: nearer to the exact logits than llama.cpp is. */
class QuantizedGoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"F16", "Q8_0", "Q4_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_XS"})
  void errorIsAtMostLlamaCpps(String type) {
    Path folder = Shared.golden("architectures/llama-k256-quantized");
    JsonNode golden = Golden.json(folder.resolve(type + ".json"));
    int[] tokens = Golden.ints(golden.get("tokens"));
    for (Kernels kernels : KernelSets.all()) {
      Path file = folder.resolve(type + ".gguf");
      try (TestModel m = new TestModel(file, kernels, 2, GgmlType.F16)) {
        check(type + ", " + kernels.name() + ", one pass", golden, m.logits(tokens, 40));
        check(type + ", " + kernels.name() + ", single tokens", golden, m.single(tokens));
      }
    }
  }

  private static void check(String what, JsonNode golden, float[][] logits) {
    LogprobError ours = new LogprobError();
    LogprobError theirs = new LogprobError();
    for (int pos = 0; pos < golden.get("exact").size(); pos++) {
      JsonNode exact = golden.get("exact").get(pos);
      JsonNode position = golden.get("positions").get(pos);
      theirs.addLists(position.get("top"), exact.get("top"));
      for (JsonNode top : exact.get("top")) {
        ours.add(logits[pos][top.get(0).intValue()], top.get(1).doubleValue());
      }
    }
    System.out.printf(
        "%-32s error max %.4f rms %.5f, llama.cpp max %.4f rms %.5f%n",
        what, ours.max(), ours.rms(), theirs.max(), theirs.rms());
    // An F16 file leaves llama.cpp no rounding of activations to be better than.
    double most = Math.max(theirs.max(), 5e-3);
    assertTrue(ours.max() <= most, what + ": largest error " + ours.max() + " > " + most);
    double rms = Math.max(theirs.rms(), 1e-3);
    assertTrue(ours.rms() <= rms, what + ": rms error " + ours.rms() + " > " + rms);
  }
}
