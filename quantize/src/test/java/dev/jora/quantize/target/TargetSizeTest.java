package dev.jora.quantize.target;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.quantize.Quantization;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of a size that was asked for beats the stock recipe of that size, on a real text. */
class TargetSizeTest {
  private static final int CHUNK = 256;

  @TempDir Path folder;

  private final Kernels kernels = KernelSelector.best().kernels();

  @ParameterizedTest
  @ValueSource(strings = {"Q4_K_M", "Q3_K_M"})
  void beatsTheStockRecipeOnTheModelThatComesAlong(String recipe) throws IOException {
    Path model = halves(Shared.testdata("jora-demo.gguf"));
    beats(model, Recipe.valueOf(recipe), 6);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"Q4_K_M", "Q3_K_M", "Q5_K_M", "Q4_0"})
  void beatsTheStockRecipeOnSmolLm2(String recipe) throws IOException {
    Path model = halves(Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf"));
    beats(model, Recipe.valueOf(recipe), 8);
  }

  @Test
  void keepsWithinTheSize() throws IOException {
    Path model = halves(Shared.testdata("jora-demo.gguf"));
    try (GgufFile file = GgufFile.open(model);
        WorkPool pool = new WorkPool(2)) {
      for (double bits : new double[] {3.5, 4.25, 6, 10}) {
        Path out = folder.resolve("bits.gguf");
        long size = TargetPlanner.fileBytes(file, bits);
        target(file, out, size, pool);
        assertTrue(Files.size(out) <= size, bits + ": " + Files.size(out) + " of " + size);
        Files.delete(out);
      }
    }
  }

  /** Of a large model a step takes minutes; Ctrl+C does not wait for its end. */
  @Test
  void endsWithinAStepWhenItIsCancelled() {
    try (GgufFile file = GgufFile.open(Shared.testdata("jora-demo.gguf"));
        WorkPool pool = new WorkPool(2)) {
      TargetPlanner planner =
          new TargetPlanner(file, request(folder.resolve("x"), Recipe.Q4_K_M), kernels, pool);
      long size = TargetPlanner.fileBytes(file, 4.5);
      CancelledAt never = new CancelledAt(Integer.MAX_VALUE);
      planner.plan(size, null, never);
      int asks = never.asked.get();
      int tokens = 256;
      assertTrue(asks > never.steps.get() + tokens, asks + " for " + never.steps);
      for (int at : new int[] {1, 2, asks / 10, asks / 3, asks / 2, asks - 1}) {
        CancelledAt soon = new CancelledAt(at);
        assertThrows(CancellationException.class, () -> planner.plan(size, null, soon));
        int after = soon.asked.get() - at;
        assertTrue(after <= 16, after + " asks after " + at);
      }
    }
  }

  private static final class CancelledAt implements TargetPlanner.Listener {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger steps = new AtomicInteger();
    private final int at;

    CancelledAt(int at) {
      this.at = at;
    }

    @Override
    public void progress(int step, int all, String tensor) {
      steps.incrementAndGet();
    }

    @Override
    public boolean cancelled() {
      return asked.incrementAndGet() >= at;
    }
  }

  private void beats(Path model, Recipe recipe, int chunks) throws IOException {
    Path stock = folder.resolve("stock.gguf");
    Path target = folder.resolve("target.gguf");
    try (GgufFile file = GgufFile.open(model);
        WorkPool pool = new WorkPool(2)) {
      write(Quantization.of(file, request(stock, recipe)), pool);
      target(file, target, Files.size(stock), pool);
    }
    assertTrue(Files.size(target) <= Files.size(stock));
    int[] tokens = tokens(model);
    float[][][] base = logits(model, tokens, chunks);
    double ofStock = divergence(base, logits(stock, tokens, chunks));
    double ofTarget = divergence(base, logits(target, tokens, chunks));
    System.out.printf(
        "%s, size of %s: mean divergence %.5f, stock %.5f%n",
        model.getFileName(), recipe, ofTarget, ofStock);
    assertTrue(ofTarget < ofStock, recipe + ": " + ofTarget + ", stock " + ofStock);
  }

  private QuantizeRequest request(Path output, Recipe recipe) {
    return new QuantizeRequest(
        output,
        recipe,
        RecipeOptions.DEFAULTS,
        Optional.empty(),
        true,
        false,
        false,
        Optional.empty(),
        Map.of());
  }

  /** The model with halves for matrices, so that nothing is quantized but by what is tested. */
  private Path halves(Path model) throws IOException {
    Path halves = folder.resolve("halves.gguf");
    try (GgufFile file = GgufFile.open(model);
        WorkPool pool = new WorkPool(2)) {
      write(Quantization.of(file, request(halves, Recipe.F16)), pool);
    }
    return halves;
  }

  private void target(GgufFile file, Path output, long size, WorkPool pool) throws IOException {
    QuantizeRequest request = request(output, Recipe.Q4_K_M);
    TargetPlanner.Listener silent =
        new TargetPlanner.Listener() {
          @Override
          public void progress(int step, int steps, String tensor) {}

          @Override
          public boolean cancelled() {
            return false;
          }
        };
    TargetPlan plan = new TargetPlanner(file, request, kernels, pool).plan(size, null, silent);
    write(Quantization.of(file, request, plan.plan()), pool);
  }

  private void write(Quantization quantization, WorkPool pool) throws IOException {
    try (Quantizer quantizer = new Quantizer(pool)) {
      quantization.write(quantizer, new QuantizeListener() {});
    }
  }

  private static int[] tokens(Path model) throws IOException {
    String text = Files.readString(Shared.path("data/wikitext-2-test.txt"));
    return Tokenizer.from(GgufFile.readMetadata(model)).encode(text, true, false);
  }

  private float[][][] logits(Path model, int[] tokens, int chunks) {
    float[][][] all = new float[chunks][][];
    try (TestModel m = new TestModel(model, kernels, 2, GgmlType.F16, CHUNK, CHUNK)) {
      for (int i = 0; i < chunks; i++) {
        all[i] = m.logits(Arrays.copyOfRange(tokens, i * CHUNK, (i + 1) * CHUNK), CHUNK);
      }
    }
    return all;
  }

  private static double divergence(float[][][] base, float[][][] other) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < base.length; i++) {
      for (int j = 0; j < base[i].length; j++) {
        sum += divergence(base[i][j], other[i][j]);
        count++;
      }
    }
    return sum / count;
  }

  private static double divergence(float[] p, float[] q) {
    double shiftP = logSumExp(p);
    double shiftQ = logSumExp(q);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.exp(p[i] - shiftP) * (p[i] - shiftP - (q[i] - shiftQ));
    }
    return sum;
  }

  private static double logSumExp(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }
}
