package dev.jora.quantize.imatrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Adapter;
import dev.jora.backend.Weight;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.quantize.evaluate.Perplexity;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Shared;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is collected while a model reads, against sums made by hand. */
class ImportanceCollectorTest {
  private static final int CHUNK = 48;
  private static final int BOS = 0;

  /** A text of random tokens. */
  private static int[] tokens(int chunks) {
    return new Random(1).ints((long) chunks * CHUNK, 0, 384).toArray();
  }

  private static GgufFile open(String name) {
    return GgufFile.open(Shared.golden("architectures/" + name).resolve("model.gguf"));
  }

  private static ImportanceMatrix collect(
      GgufFile file, int[] tokens, int threads, int pass, boolean output, Perplexity ppl) {
    Model model = Model.of(file);
    ImportanceCollector collector = new ImportanceCollector(output);
    DecoderOptions options =
        new DecoderOptions(CHUNK, pass, GgmlType.F32, GgmlType.F32, RopeOptions.Overrides.NONE);
    try (WorkPool pool = new WorkPool(threads);
        CpuBackend backend =
            new CpuBackend(KernelSelector.best().kernels(), pool, pool, collector);
        Decoder decoder = new Decoder(model, Placement.all(backend, model), options);
        Calibration calibration = new Calibration(decoder, BOS, output, ppl)) {
      for (int from = 0; from < tokens.length; from += CHUNK) {
        assertTrue(calibration.read(tokens, from, () -> false));
      }
    }
    return collector.matrix("text", tokens.length / CHUNK, CHUNK);
  }

  @ParameterizedTest
  @CsvSource({"llama,48", "llama,20", "mixtral,48", "mixtral,7"})
  void sumsAreThoseOfAPlainModel(String name, int pass) {
    int[] tokens = tokens(3);
    try (GgufFile file = open(name)) {
      PlainLlama plain = new PlainLlama(file);
      double nll = 0;
      int scored = 0;
      for (int from = 0; from < tokens.length; from += CHUNK) {
        int[] chunk = Arrays.copyOfRange(tokens, from, from + CHUNK);
        chunk[0] = BOS;
        double[][] logits = plain.read(chunk);
        for (int t = CHUNK / 2; t < CHUNK - 1; t++, scored++) {
          double all = Arrays.stream(logits[t]).map(Math::exp).sum();
          nll += Math.log(all) - logits[t][chunk[t + 1]];
        }
      }
      Perplexity perplexity = new Perplexity();
      ImportanceMatrix found = collect(file, tokens, 2, pass, true, perplexity);
      assertEquals(plain.sums.keySet(), found.tensors().keySet());
      found.tensors().forEach((tensor, entry) -> assertNear(plain, tensor, entry));
      assertEquals(scored, perplexity.count());
      double value = perplexity.estimate().value();
      assertEquals(Math.exp(nll / scored), value, 1e-5 * value);
      assertEquals(3, found.chunks());
    }
  }

  private static void assertNear(PlainLlama plain, String tensor, Importances entry) {
    assertArrayEquals(plain.counts.get(tensor), entry.counts(), tensor);
    double[] expected = plain.sums.get(tensor);
    assertEquals(expected.length, entry.sums().length, tensor);
    double mean = Arrays.stream(expected).average().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      double bound = 1e-5 * (expected[i] + 0.01 * mean); // found at most: 2e-6
      assertEquals(expected[i], entry.sums()[i], bound, tensor + " column " + i);
    }
  }

  @Test
  void outputIsMeasuredOnlyWhereItIsAskedFor() {
    try (GgufFile file = open("llama")) {
      int[] tokens = tokens(1);
      Set<String> with = collect(file, tokens, 1, CHUNK, true, null).tensors().keySet();
      Set<String> without = collect(file, tokens, 1, CHUNK, false, null).tensors().keySet();
      Set<String> more = new TreeSet<>(with);
      more.removeAll(without);
      assertEquals(Set.of("output.weight"), more);
      assertFalse(without.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mixtral", "gemma2"})
  void sumsDoNotDependOnThreadsOrPerplexity(String name) {
    int[] tokens = tokens(2);
    try (GgufFile file = open(name)) {
      ImportanceMatrix one = collect(file, tokens, 1, CHUNK, false, null);
      ImportanceMatrix three = collect(file, tokens, 3, CHUNK, false, new Perplexity());
      assertEquals(one.tensors().keySet(), three.tensors().keySet());
      one.tensors()
          .forEach(
              (tensor, entry) ->
                  assertArrayEquals(entry.sums(), three.tensors().get(tensor).sums(), tensor));
    }
  }

  /** GPT-2's q, k and v lie in one tensor, which is cut into views: it counts once. */
  @Test
  void aFusedTensorIsMeasuredOnce() {
    int[] tokens = tokens(1);
    try (GgufFile file = open("gpt2")) {
      ImportanceMatrix found = collect(file, tokens, 2, CHUNK, false, null);
      Importances qkv = found.tensors().get("blk.0.attn_qkv.weight");
      assertArrayEquals(new long[] {CHUNK}, qkv.counts());
      double[] expected = squaresOfFirstNorm(file, tokens);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], qkv.sums()[i], 1e-4 * expected[i] + 1e-5, "column " + i);
      }
      assertEquals(8, found.tensors().size(), "four tensors of two layers");
    }
  }

  /** Σ x² of what GPT-2's first layer sees: the norm of token and position embeddings. */
  private static double[] squaresOfFirstNorm(GgufFile file, int[] tokens) {
    float[] table = floats(file, "token_embd.weight");
    float[] positions = floats(file, "position_embd.weight");
    float[] weight = floats(file, "blk.0.attn_norm.weight");
    float[] bias = floats(file, "blk.0.attn_norm.bias");
    int n = weight.length;
    double[] sums = new double[n];
    for (int t = 0; t < tokens.length; t++) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = table[(t == 0 ? BOS : tokens[t]) * n + i] + positions[t * n + i];
      }
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
      for (int i = 0; i < n; i++) {
        double normed = (x[i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i];
        sums[i] += normed * normed;
      }
    }
    return sums;
  }

  private static float[] floats(GgufFile file, String name) {
    return file.tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  /** Models whose files fuse q, k and v, or gate and up. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mixtral", "gpt2", "gemma2", "qwen2moe", "starcoder2", "phi2"})
  void everyMatrixOfTheLayersIsMeasuredForEveryToken(String name) {
    int[] tokens = tokens(2);
    try (GgufFile file = open(name)) {
      Set<String> expected = new TreeSet<>();
      file.tensors()
          .forEach(
              (tensor, t) -> {
                boolean matrix = t.shape().dims() > 1 || tensor.contains("ffn_gate_inp_shexp");
                if (tensor.startsWith("blk.") && matrix) {
                  expected.add(tensor);
                }
              });
      ImportanceMatrix found = collect(file, tokens, 2, CHUNK, false, null);
      assertEquals(expected, found.tensors().keySet());
      found
          .tensors()
          .forEach(
              (tensor, entry) -> {
                Shape shape = file.tensor(tensor).shape();
                assertEquals(shape.ne0() * shape.ne2(), entry.sums().length, tensor);
                if (!tensor.contains("_exps")) {
                  assertArrayEquals(new long[] {tokens.length}, entry.counts(), tensor);
                }
              });
    }
  }

  private record Named(String name, GgmlType type, Shape shape) implements Weight {
    @Override
    public List<Adapter> adapters() {
      return List.of();
    }

    @Override
    public Weight with(List<Adapter> adapters) {
      throw new UnsupportedOperationException("a name has no adapters");
    }
  }

  @Test
  void aBrokenModelIsNamed() {
    ImportanceCollector collector = new ImportanceCollector(false);
    Weight weight = new Named("blk.7.ffn_up.weight", GgmlType.F32, Shape.of(4, 1));
    float[] x = {1, 2, Float.NaN, 4};
    try (WorkPool pool = new WorkPool(1)) {
      collector.input(weight, 0, MemorySegment.ofArray(x), 1, pool);
    }
    ArithmeticException e =
        assertThrows(ArithmeticException.class, () -> collector.matrix("", 1, 1));
    assertTrue(e.getMessage().contains("blk.7.ffn_up.weight"), e.getMessage());
    assertTrue(e.getMessage().contains("column 2"), e.getMessage());
  }

  @Test
  void aCancelledChunkIsNotRead() {
    try (GgufFile file = open("llama");
        WorkPool pool = new WorkPool(1)) {
      Model model = Model.of(file);
      DecoderOptions options =
          new DecoderOptions(CHUNK, CHUNK, GgmlType.F32, GgmlType.F32, RopeOptions.Overrides.NONE);
      try (CpuBackend backend = new CpuBackend(KernelSelector.best().kernels(), pool);
          Decoder decoder = new Decoder(model, Placement.all(backend, model), options);
          Calibration calibration = new Calibration(decoder, BOS, false, null)) {
        assertFalse(calibration.read(tokens(1), 0, () -> true));
        assertTrue(calibration.read(tokens(1), 0, () -> false));
      }
    }
  }
}
