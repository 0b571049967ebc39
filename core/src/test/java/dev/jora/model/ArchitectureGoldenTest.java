package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of every position of the golden models, all architectures, against llama.cpp's. */
class ArchitectureGoldenTest {
  /** llama.cpp looks GELU up in a table of F16. */
  private static final Set<String> GELU =
      Set.of(
          "gemma",
          "gemma2",
          "gemma3",
          "gemma4",
          "gemma4e",
          "gemma4-moe",
          "gemma4e-shared",
          "gemma3-scaled",
          "falcon-40b",
          "bloom-six",
          "gptneox-serial",
          "starcoder2",
          "phi2",
          "gpt2",
          "gptneox",
          "falcon",
          "bloom");

  private final Kernels fastest = KernelSelector.best().kernels();

  /** All folders of the golden models, but that of other types of weights. */
  private static final List<String> NAMES =
      List.of(
          "llama",
          "llama-bias",
          "llama-k256",
          "llama-linear",
          "llama-rope3",
          "llama-spm",
          "llama-yarn",
          "mixtral",
          "qwen2",
          "qwen2moe",
          "qwen3",
          "qwen3moe",
          "gemma",
          "gemma2",
          "gemma3",
          "olmo2",
          "granite",
          "granitemoe",
          "cohere",
          "cohere2",
          "glm4",
          "smollm3",
          "stablelm",
          "starcoder2",
          "phi2",
          "gpt2",
          "gptoss",
          "deepseek2",
          "deepseek3",
          "mamba",
          "mamba2",
          "lfm2",
          "phi3",
          "glm4moe",
          "seedoss",
          "ernie45",
          "hunyuan",
          "exaone4",
          "nemotron",
          "apertus",
          "ministral3",
          "gptneox",
          "falcon",
          "bloom",
          "qwen3next",
          "qwen35",
          "gemma4",
          "gemma4e");

  /** Sizes and parts that those lack; scripts/architecture-goldens.py makes them. */
  private static final List<String> VARIANTS =
      List.of(
          "gemma4-moe",
          "deepseek2-old",
          "deepseek2-lite",
          "deepseek2-large",
          "qwen35moe",
          "qwen3next-heads",
          "gptoss-odd",
          "lfm2-taps",
          "lfm2moe",
          "mamba2-groups",
          "gemma4e-shared",
          "gemma3-scaled",
          "glm4moe-ahead",
          "exaone4-plain",
          "olmo3",
          "falcon-40b",
          "bloom-six",
          "phi3-window",
          "gptneox-serial",
          "stablelm-12b",
          "command-r-plus",
          "llama-heads",
          "hunyuan-heads",
          "granite-bare",
          "granitemoe-shared",
          "granitehybrid",
          "granitehybrid-dense",
          "falcon-h1",
          "nemotron-h",
          "nemotron-h-moe",
          "olmoe",
          "internlm2",
          "minicpm",
          "minicpm-keys",
          "arcee",
          "dots1",
          "ernie45-moe",
          "hunyuan-moe",
          "bailingmoe",
          "bailingmoe2",
          "deepseek",
          "exaone",
          "baichuan",
          "baichuan-13b",
          "exaone-moe",
          "jamba",
          "xverse",
          "orion",
          "minimax-m2",
          "qwen2vl",
          "qwen3vl",
          "qwen3vlmoe",
          "stablelm-serial",
          "qwen2-bare",
          "seed-oss-bare",
          "glm4moe-bare",
          "glm4-sees",
          "minicpm-long",
          "phi3-partial",
          "nemotron-bias",
          "mistral3-moe",
          "mamba-sizes",
          "smollm3-nine",
          "cohere2-thirds");

  static List<String> names() {
    return Stream.concat(NAMES.stream(), VARIANTS.stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void allPositionsEqualLlamaCpp(String name) {
    Path folder = Shared.golden("architectures/" + name);
    JsonNode golden = Golden.json(folder.resolve("golden.json"));
    int[] tokens = Golden.ints(golden.get("tokens"));
    float tolerance = GELU.contains(name) ? 1e-2f : 2e-3f;
    for (Kernels kernels : new Kernels[] {new ScalarKernels(), fastest}) {
      try (TestModel m = open(folder, kernels, 2)) {
        assertEquals(List.of(), m.model.unused(), "tensors nobody used");
        compare(name + ", one pass", golden, m.logits(tokens, tokens.length), tolerance);
        compare(name + ", token by token", golden, m.single(tokens), tolerance);
        compare(name + ", by sevens", golden, m.logits(tokens, 7), tolerance);
      }
    }
  }

  /** To the bit: in company, from a fork in the middle, and from a file. */
  @ParameterizedTest
  @MethodSource("names")
  void whateverIsKeptOfATextGoesOnAsTheText(String name, @TempDir Path files) throws IOException {
    Path folder = Shared.golden("architectures/" + name);
    int[] tokens = Golden.ints(Golden.json(folder.resolve("golden.json")).get("tokens"));
    int half = tokens.length / 2;
    try (TestModel m = open(folder, fastest, 2)) {
      m.goesOn(tokens, half, 8, files.resolve("half.kv"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-k256", "gemma3", "mixtral"})
  void sameBitsAtAnyNumberOfThreads(String name) {
    Path folder = Shared.golden("architectures/" + name);
    int[] tokens = Golden.ints(Golden.json(folder.resolve("golden.json")).get("tokens"));
    try (TestModel one = open(folder, fastest, 1);
        TestModel three = open(folder, fastest, 3)) {
      float[][] a = one.logits(tokens, 16);
      float[][] b = three.logits(tokens, 16);
      for (int i = 0; i < tokens.length; i++) {
        assertArrayEquals(a[i], b[i]);
      }
    }
  }

  private static TestModel open(Path folder, Kernels kernels, int threads) {
    return new TestModel(folder.resolve("model.gguf"), kernels, threads, GgmlType.F32);
  }

  private static void compare(String what, JsonNode golden, float[][] logits, float tolerance) {
    double worst = 0;
    for (JsonNode position : golden.get("positions")) {
      int pos = position.get("pos").intValue();
      double sum = Golden.logSumExp(logits[pos]);
      worst = Math.max(worst, Math.abs(sum - position.get("logsumexp").doubleValue()));
      for (JsonNode top : position.get("top")) {
        double expected = top.get(1).doubleValue();
        worst = Math.max(worst, Math.abs(logits[pos][top.get(0).intValue()] - expected));
      }
    }
    JsonNode last = golden.get("logits_last");
    for (int i = 0; i < last.size(); i++) {
      double found = logits[logits.length - 1][i];
      worst = Math.max(worst, Math.abs(found - last.get(i).doubleValue()));
    }
    System.out.printf("%-32s largest difference %.2e%n", what, worst);
    assertTrue(worst <= tolerance, what + ": largest difference of a logit " + worst);
  }
}
