package dev.jora.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.quantize.recipe.TypeOverride;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole models of mixed types, every kernel set and batch size, against the scalar set. Prints a
 * table: root mean square of the differences of a position's logits, in thousandths of that of the
 * logits, the median of all positions.
 */
class MixedModelsTest {
  private static final int[] BATCHES = {1, 2, 3, 16, 512};

  /** In thousandths: 8-bit activations in every product of a batch. */
  private static final double BATCH_BOUND = 40;

  /** Activations of 16 bits or more. */
  private static final double FINE_BOUND = 1;

  /**
   * Of the worst position. Where two experts are nearly equally probable, rounding decides between
   * them, and the logits of that position are others: up to 500 were seen. What is wrong is beyond
   * 1000, or no number.
   */
  private static final double WORST = 800;

  @TempDir Path folder;

  /** Types of q, k, v; of gate, up, down. */
  private record Mixture(String q, String k, String v, String gate, String up, String down) {
    static Mixture of(List<String> types, int i) {
      int n = types.size();
      return new Mixture(
          types.get(i % n),
          types.get((i * 3 + 1) % n),
          types.get((i * 5 + 2) % n),
          types.get((i * 7 + 3) % n),
          types.get((i * 11 + 4) % n),
          types.get((i * 13 + 5) % n));
    }

    List<TypeOverride> overrides() {
      return Stream.of(
              "attn_q\\.=" + q,
              "attn_k\\.=" + k,
              "attn_v\\.=" + v,
              "ffn_gate(_exps)?\\.=" + gate,
              "ffn_up(_exps)?\\.=" + up,
              "ffn_down(_exps)?\\.=" + down)
          .map(TypeOverride::parse)
          .toList();
    }

    @Override
    public String toString() {
      return String.join(" ", q, k, v, "|", gate, up, down);
    }
  }

  private static final List<Mixture> BLOCKS_OF_32 =
      List.of(
          new Mixture("f32", "f32", "q4_0", "f32", "q8_0", "q5_0"),
          new Mixture("q8_0", "f32", "f16", "q4_1", "f32", "bf16"),
          new Mixture("f16", "q5_1", "iq4_nl", "f16", "mxfp4", "f32"));

  private static final List<Mixture> BLOCKS_OF_256 =
      List.of(
          new Mixture("f32", "q4_k", "q6_k", "f32", "q3_k", "q8_0"),
          new Mixture("q4_k", "q5_k", "f16", "iq4_xs", "q4_0", "f32"),
          new Mixture("bf16", "tq2_0", "q2_k", "q8_0", "q4_k", "q6_k"));

  @Test
  void mixturesOfTypes() throws IOException {
    compare("mixtral", BLOCKS_OF_32);
    compare("llama-k256", BLOCKS_OF_256);
  }

  @Tag("slow")
  @Test
  void manyMixturesOfTypes() throws IOException {
    List<String> small =
        List.of("f32", "q4_0", "f16", "q8_0", "q5_1", "bf16", "iq4_nl", "q4_1", "q5_0", "mxfp4");
    List<String> large =
        List.of(
            "f32", "q4_k", "f16", "q6_k", "q2_k", "bf16", "q3_k", "q8_0", "q5_k", "iq4_xs", "tq1_0",
            "tq2_0", "q4_0");
    for (String model : List.of("mixtral", "qwen2moe", "granitemoe", "llama", "gemma2")) {
      compare(model, mixtures(small, 60));
    }
    compare("llama-k256", mixtures(large, 120));
  }

  private static List<Mixture> mixtures(List<String> types, int count) {
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> Mixture.of(types, i + i / types.size()))
        .distinct()
        .toList();
  }

  private void compare(String model, List<Mixture> mixtures) throws IOException {
    Path source = Shared.golden("architectures/" + model + "/model.gguf");
    List<String> beyond = new ArrayList<>();
    for (Mixture mixture : mixtures) {
      Path file = write(source, mixture);
      int[] tokens = new int[40];
      Arrays.setAll(tokens, i -> 5 + i * 37 % 300);
      float[][] expected = logits(file, new ScalarKernels(), tokens, 512);
      System.out.printf("%-12s %s%n", model, mixture);
      for (Kernels kernels : KernelSets.all()) {
        StringBuilder row = new StringBuilder(String.format("  %-14s", kernels.name()));
        float[][] whole = logits(file, kernels, tokens, 512);
        for (int batch : BATCHES) {
          float[][] found = logits(file, kernels, tokens, batch);
          double[] errors = errors(expected, found);
          double error = errors[errors.length / 2];
          double worst = errors[errors.length - 1];
          row.append(String.format(Locale.ROOT, " %8.3f", error));
          boolean tiles = kernels.name().equals("amx"); // 8 bits; all others keep 16
          boolean near = error <= (tiles ? BATCH_BOUND : FINE_BOUND) && worst <= WORST;
          if (!near || !Arrays.deepEquals(whole, found)) {
            beyond.add(model + " as " + mixture + ", " + kernels.name() + ", batches of " + batch);
          }
        }
        System.out.println(row);
      }
    }
    assertEquals(List.of(), beyond);
  }

  private static float[][] logits(Path file, Kernels kernels, int[] tokens, int batch) {
    try (TestModel model = new TestModel(file, kernels, 2, GgmlType.F32)) {
      return model.logits(tokens, batch);
    }
  }

  /**
   * Of every position 1000 · √(Σ(x − x₀)² / Σx₀²), ascending; infinite where a logit is no number.
   */
  private static double[] errors(float[][] expected, float[][] found) {
    double[] errors = new double[expected.length];
    for (int i = 0; i < expected.length; i++) {
      double error = 0;
      double square = 0;
      for (int j = 0; j < expected[i].length; j++) {
        double difference = (double) found[i][j] - expected[i][j];
        error += difference * difference;
        square += (double) expected[i][j] * expected[i][j];
      }
      boolean finite = Double.isFinite(error);
      errors[i] = finite ? 1000 * Math.sqrt(error / square) : Double.POSITIVE_INFINITY;
    }
    Arrays.sort(errors);
    return errors;
  }

  private Path write(Path source, Mixture mixture) throws IOException {
    Path out = folder.resolve("mixed.gguf");
    RecipeOptions options =
        new RecipeOptions(
            false,
            false,
            Optional.of(GgmlType.F16),
            Optional.of(GgmlType.F16),
            mixture.overrides(),
            false);
    QuantizeRequest request =
        new QuantizeRequest(
            out,
            Recipe.Q8_0,
            options,
            Optional.empty(),
            true,
            false,
            true,
            Optional.empty(),
            Map.of());
    try (GgufFile file = GgufFile.open(source);
        WorkPool pool = new WorkPool(1);
        Quantizer quantizer = new Quantizer(pool)) {
      Quantization quantization = Quantization.of(file, request);
      quantization.checkTensors();
      quantization.checkFiles();
      quantization.write(quantizer, new QuantizeListener() {});
    }
    return out;
  }
}
