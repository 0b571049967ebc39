package dev.jora.backend.cuda;

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
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a plan says of a device's memory is what is held there when the context is full. */
class CudaMemoryPlanTest {
  private static final int CONTEXT = 128;
  private static final int ROWS = 64;

  static Stream<Arguments> models() {
    Stream<Arguments> all =
        Stream.of("llama", "gptoss", "deepseek2", "mamba2-groups", "qwen35moe", "gemma3-scaled")
            .map(name -> Arguments.of("architectures/" + name + "/model.gguf", 99));
    Stream<Arguments> some =
        Stream.of(
            Arguments.of("architectures/mixtral/model.gguf", 1),
            Arguments.of("jora-demo.gguf", 1),
            Arguments.of("jora-demo.gguf", 99));
    return Stream.concat(all, some);
  }

  @ParameterizedTest
  @MethodSource("models")
  void thePlanIsWhatIsHeld(String name, int layers) {
    check(Shared.testdata(name), layers);
  }

  private static void check(Path path, int onDevice) {
    DecoderOptions options =
        new DecoderOptions(CONTEXT, ROWS, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
    try (GgufFile file = GgufFile.open(path);
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        CudaBackend cuda = new CudaBackend(driver, 0)) {
      Model model = Model.of(file);
      int count = model.layers().size();
      List<Backend> layers = new ArrayList<>();
      for (int il = 0; il < count; il++) {
        layers.add(il < count - onDevice ? cpu : cuda);
      }
      Placement placement = new Placement(cpu, layers, cuda);
      MemoryPlan plan = MemoryPlan.of(model, placement, options).get(cuda);
      long held;
      try (Decoder decoder = new Decoder(model, placement, options);
          Sequence sequence = decoder.newSequence()) {
        Batch batch = new Batch();
        for (int from = 0; from < CONTEXT; from += ROWS) {
          batch.clear();
          batch.add(sequence, new int[ROWS], 0, ROWS, Batch.Outputs.ALL);
          decoder.forward(batch);
          decoder.logits(ROWS - 1, new float[model.vocabularySize()]);
        }
        held = cuda.memory().held();
      }
      long planned = plan.total() - CudaNeeds.CODE;
      String both = held + " held, " + planned + " planned: " + plan;
      assertTrue(held <= planned, both);
      assertTrue(held >= 0.8 * planned, both);
    }
  }
}
