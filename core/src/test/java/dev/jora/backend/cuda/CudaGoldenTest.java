package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.backend.Backend;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.card.CardGoldens;
import dev.jora.backend.cuda.card.CardLogits;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden models with all layers on a device in software, against the CPU's logits, which other
 * tests hold to llama.cpp's.
 */
class CudaGoldenTest {
  /** Beyond what a sum's order makes: GELU and halves of other precision. */
  private static final double TOLERANCE = 1e-2;

  /** Tokens of each golden that are read: enough for a window to pass, and a page. */
  private static final int MOST = 80;

  /** One of each kind of block. */
  static List<String> kinds() {
    return List.of("llama", "gptoss", "deepseek2", "mamba2-groups", "qwen35moe", "gemma3-scaled");
  }

  static List<Path> all() throws IOException {
    List<Path> folders = new ArrayList<>(in(Shared.testdata("architectures")));
    folders.addAll(in(Shared.path("golden/architectures")));
    return folders;
  }

  private static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(one -> Files.exists(one.resolve("golden.json"))).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kindsOfBlocksOnADevice(String name) {
    logitsOnADevice(Shared.testdata("architectures/" + name), true);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void allArchitecturesOnADevice(Path folder) {
    logitsOnADevice(folder, true);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void outputsOfAllArchitecturesOnADevice(Path folder) {
    logitsOnADevice(folder, false);
  }

  /** With all layers on the device, or the output alone. */
  private static void logitsOnADevice(Path folder, boolean all) {
    String name = folder.getFileName().toString();
    JsonNode golden = Golden.json(folder.resolve("golden.json"));
    int[] tokens = Golden.ints(golden.get("tokens"));
    int[] some = Arrays.copyOf(tokens, Math.min(MOST, tokens.length));
    try (GgufFile file = GgufFile.open(folder.resolve("model.gguf"));
        WorkPool pool = new WorkPool(2);
        SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
      Model model = Model.of(file);
      float[][] expected;
      try (Backend cpu = new CpuBackend(KernelSelector.best().kernels(), pool)) {
        expected = CardGoldens.logits(model, Placement.all(cpu, model), some);
      }
      try (Backend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
          Backend cuda = new CudaBackend(driver, 0)) {
        int layers = model.layers().size();
        Placement placement =
            new Placement(cpu, Collections.nCopies(layers, all ? cuda : cpu), cuda);
        float[][] found = CardGoldens.logits(model, placement, some);
        double worst = CardLogits.worst(expected, found);
        System.out.printf("%-20s largest difference %.2e%n", name, worst);
        assertTrue(worst <= TOLERANCE, name + ": largest difference of a logit " + worst);
      }
      assertEquals(List.of(), driver.leaks());
    }
  }
}
