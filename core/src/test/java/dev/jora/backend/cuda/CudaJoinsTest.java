package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Backend;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.Sequence;
import dev.jora.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations that are one kernel, and passes that are one graph: the same bits as one by one. */
class CudaJoinsTest {
  private static final int[] TOKENS = {1, 5, 9, 13, 2, 7, 11, 3, 4, 6, 8, 10, 12, 14, 5, 9};
  private static final int PROMPT = 7;

  static List<String> kinds() {
    return CudaGoldenTest.kinds();
  }

  static List<Path> all() throws Exception {
    return CudaGoldenTest.all();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kindsOfBlocks(String name) {
    sameBits(Shared.testdata("architectures/" + name));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void allArchitectures(Path folder) {
    sameBits(folder);
  }

  private static void sameBits(Path folder) {
    List<float[]> joined = new ArrayList<>();
    List<float[]> apart = new ArrayList<>();
    run(folder, backend -> backend, joined);
    run(folder, Apart::of, apart);
    assertEquals(apart.size(), joined.size());
    for (int i = 0; i < apart.size(); i++) {
      assertArrayEquals(apart.get(i), joined.get(i), 0, folder + ", logits " + i);
    }
  }

  /** What a pass that draws took, alone. */
  record Cost(int layers, long kernels, long commands) {}

  /** Of a golden model, all operations joined. */
  static Cost cost(Path folder) {
    return run(folder, backend -> backend, new ArrayList<>());
  }

  /** A prompt, drawn tokens alone, and three texts together. */
  private static Cost run(Path folder, UnaryOperator<Backend> as, List<float[]> logits) {
    try (GgufFile file = GgufFile.open(folder.resolve("model.gguf"));
        WorkPool pool = new WorkPool(1);
        SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        CudaBackend cuda = new CudaBackend(driver, 0)) {
      Model model = Model.of(file);
      int layers = model.layers().size();
      Backend backend = as.apply(cuda);
      Placement placement = new Placement(cpu, Collections.nCopies(layers, backend), backend);
      try (Decoder decoder = new Decoder(model, placement, DecoderOptions.defaults(model));
          Sequence first = decoder.newSequence()) {
        Batch batch = new Batch();
        batch.add(first, TOKENS, 0, PROMPT, Batch.Outputs.LAST);
        logits.addAll(step(decoder, model, batch));
        long kernels = 0;
        long commands = 0;
        for (int i = PROMPT; i < TOKENS.length; i++) {
          kernels = driver.launches();
          commands = driver.commands();
          batch.clear();
          batch.addSingle(first, TOKENS, i, 1, Batch.Outputs.LAST);
          logits.addAll(step(decoder, model, batch));
          kernels = driver.launches() - kernels;
          commands = driver.commands() - commands;
        }
        try (Sequence second = first.fork();
            Sequence third = first.fork()) {
          for (int i = 0; i < 4; i++) {
            batch.clear();
            batch.addSingle(first, TOKENS, i, 1, Batch.Outputs.LAST);
            batch.addSingle(second, TOKENS, i + 1, 1, Batch.Outputs.LAST);
            batch.addSingle(third, TOKENS, i + 2, 1, Batch.Outputs.LAST);
            logits.addAll(step(decoder, model, batch));
          }
        }
        return new Cost(layers, kernels, commands);
      }
    }
  }

  private static List<float[]> step(Decoder decoder, Model model, Batch batch) {
    decoder.forward(batch);
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < batch.outputCount(); i++) {
      all.add(new float[model.vocabularySize()]);
      decoder.logits(i, all.get(i));
    }
    return all;
  }

  @Test
  void aTokenIsFewLaunches() {
    Cost cost = cost(Shared.testdata("architectures/llama"));
    assertTrue(cost.commands() <= 6, "outside of the graph: " + cost);
    assertTrue(cost.kernels() - 2 <= 11L * cost.layers(), "in layers: " + cost);
  }

  @Tag("slow")
  @Test
  void launchesOfAllArchitectures() throws Exception {
    for (Path folder : all()) {
      if (Files.exists(folder.resolve("model.gguf"))) {
        Cost cost = cost(folder);
        System.out.printf(
            "%-20s %5.1f kernels a layer, %d commands%n",
            folder.getFileName(), (double) cost.kernels() / cost.layers(), cost.commands());
      }
    }
  }
}
