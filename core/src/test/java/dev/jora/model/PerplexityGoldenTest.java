package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Perplexity of a real text, as llama-perplexity counts it: after every chunk of 512 tokens nearer
 * to the exact figure (the same weights in float32) than llama.cpp is, with every kernel set
 * (slow).
 */
class PerplexityGoldenTest {
  private static final int CHUNK = 512;
  private static final String GOLDEN = "golden/perplexity/smollm2-135m-Q4_1";

  /** Every set but the oracle, which takes minutes. */
  static List<String> sets() {
    return KernelSets.all().stream().map(Kernels::name).filter(n -> !n.equals("scalar")).toList();
  }

  @Test
  void nearerThanLlamaCpp() throws IOException {
    check(KernelSelector.best().kernels().name(), 2);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("sets")
  void nearerThanLlamaCppInEverySet(String set) throws IOException {
    check(set, 2);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("sets")
  void nearerThanLlamaCppOnAllChunks(String set) throws IOException {
    check(set, 24);
  }

  @Tag("slow")
  @Test
  void theOracleToo() throws IOException {
    check("scalar", 2);
  }

  private static void check(String set, int chunks) throws IOException {
    Kernels kernels =
        KernelSets.all().stream().filter(k -> k.name().equals(set)).findFirst().orElseThrow();
    double[] exact = running(GOLDEN + "-as-F32-c512-n24.txt");
    double[] theirs = running(GOLDEN + "-c512-n24.txt");
    Path file = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf");
    String text = Files.readString(Shared.path("data/wikitext-2-test.txt"));
    int[] tokens = Tokenizer.from(GgufFile.readMetadata(file)).encode(text, true, false);
    double sum = 0;
    int count = 0;
    try (TestModel m = new TestModel(file, kernels, 2, GgmlType.F16, CHUNK, CHUNK)) {
      for (int i = 0; i < chunks; i++) {
        int[] chunk = Arrays.copyOfRange(tokens, i * CHUNK, (i + 1) * CHUNK);
        sum += surprise(m, chunk);
        count += CHUNK - 1 - CHUNK / 2;
        double ours = Math.exp(sum / count);
        double off = Math.abs(Math.log(ours / exact[i]));
        double allowed = Math.abs(Math.log(theirs[i] / exact[i]));
        System.out.printf(
            "%s, %d chunks: perplexity %.4f, off by %.5f, llama.cpp by %.5f%n",
            set, i + 1, ours, off, allowed);
        assertTrue(off <= allowed, set + ", " + (i + 1) + " chunks: " + ours);
      }
    }
  }

  /** −Σ log p of the tokens of the second half but the first. */
  private static double surprise(TestModel m, int[] chunk) {
    float[] logits = new float[m.model.vocabularySize()];
    double sum = 0;
    Batch batch = new Batch();
    try (Sequence sequence = m.decoder.newSequence()) {
      batch.add(sequence, chunk, 0, CHUNK, Batch.Outputs.ALL);
      m.decoder.forward(batch);
      for (int i = CHUNK / 2; i < CHUNK - 1; i++) {
        m.decoder.logits(i, logits);
        sum += Golden.logSumExp(logits) - logits[chunk[i + 1]];
      }
    }
    return sum;
  }

  /** The figures after each chunk: {@code [1]12.1114,[2]21.6750,…}. */
  private static double[] running(String golden) throws IOException {
    Matcher m =
        Pattern.compile("\\[\\d+](\\d+\\.\\d+)").matcher(Files.readString(Shared.path(golden)));
    return m.results().mapToDouble(r -> Double.parseDouble(r.group(1))).toArray();
  }
}
