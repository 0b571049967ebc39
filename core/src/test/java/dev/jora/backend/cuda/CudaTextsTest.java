package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.card.CardLogits;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Sequence;
import dev.jora.model.SequenceFile;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a device keeps of texts: in company, forked, saved, shifted, and moved to the CPU. */
class CudaTextsTest {
  /** Beyond what a sum's order makes: halves of other precision. */
  private static final float NEAR = 1e-2f;

  /** Tokens of a text that is shifted: more than a page. */
  private static final int LENGTH = 70;

  /** Experts with windows, latent attention, and a recurrence. */
  static List<String> kinds() {
    return List.of("gptoss", "deepseek2", "qwen35moe");
  }

  static List<Path> all() throws IOException {
    return CudaGoldenTest.all();
  }

  private static int[] tokens(Path folder, int most) {
    int[] all = Golden.ints(Golden.json(folder.resolve("golden.json")).get("tokens"));
    int[] tokens = new int[most];
    Arrays.setAll(tokens, i -> all[i % all.length]);
    return tokens;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsKeptOfATextGoesOnAsTheText(String name, @TempDir Path files) throws IOException {
    goesOn(Shared.testdata("architectures/" + name), files, 12, 8);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void ofAllArchitectures(Path folder, @TempDir Path files) throws IOException {
    goesOn(folder, files, 12, 8);
  }

  /** To the bit on the device; near, when the CPU goes on with what was saved there. */
  private static void goesOn(Path folder, Path files, int length, int users) throws IOException {
    Path file = folder.resolve("model.gguf");
    Path saved = files.resolve("half.kv");
    int[] tokens = tokens(folder, length);
    int half = length / 2;
    float[][] rest;
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
      try (TestModel m = new TestModel(file, new CudaBackend(driver, 0), GgmlType.F32)) {
        rest = m.goesOn(tokens, half, users, saved);
      }
      assertEquals(List.of(), driver.leaks());
    }
    try (TestModel cpu = onCpu(file, GgmlType.F32);
        Sequence loaded = cpu.decoder.newSequence()) {
      SequenceFile.load(saved, cpu.decoder, loaded);
      near(cpu.draw(loaded, tokens, half), rest, "on the CPU");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0"})
  void textsAreShiftedAsOnTheCpu(GgmlType cache) {
    boolean blocks = cache == GgmlType.Q8_0; // which want heads of 32
    Path folder = Shared.testdata("architectures/" + (blocks ? "gemma2" : "llama"));
    int[] tokens = tokens(folder, LENGTH);
    float[][] expected;
    try (TestModel cpu = onCpu(folder.resolve("model.gguf"), cache)) {
      expected = shifted(cpu, tokens);
    }
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
      CudaBackend cuda = new CudaBackend(driver, 0);
      try (TestModel m = new TestModel(folder.resolve("model.gguf"), cuda, cache)) {
        float tolerance = cache == GgmlType.F32 ? NEAR : 10 * NEAR; // caches of few bits
        nearWithin(expected, shifted(m, tokens), tolerance, "shifted");
      }
    }
  }

  /** Logits behind a text of which the middle was taken out. */
  private static float[][] shifted(TestModel m, int[] tokens) {
    try (Sequence text = m.decoder.newSequence()) {
      m.read(text, tokens, 32, new float[tokens.length][m.model.vocabularySize()]);
      text.shift(3, 40);
      return m.draw(text, Arrays.copyOf(tokens, 5), 0);
    }
  }

  private static TestModel onCpu(Path file, GgmlType cache) {
    return new TestModel(file, KernelSelector.best().kernels(), 2, cache);
  }

  private static void near(float[][] expected, float[][] found, String what) {
    nearWithin(expected, found, NEAR, what);
  }

  private static void nearWithin(float[][] expected, float[][] found, float most, String what) {
    double worst = CardLogits.worst(expected, found);
    assertTrue(worst <= most, what + ": apart by " + worst);
  }
}
