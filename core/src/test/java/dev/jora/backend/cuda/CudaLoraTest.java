package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.ScalarKernels;
import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.ControlVector;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestAdapter;
import dev.jora.testing.TestModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters with all layers on a device in software, against the CPU. */
class CudaLoraTest {
  @TempDir Path folder;

  private static Adaptation.Wanted wanted(ScaledFile... files) {
    return new Adaptation.Wanted(List.of(files), ControlVector.Wanted.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mixtral"})
  void aDeviceAddsWhatTheCpuAdds(String name) {
    isWhatTheCpuAdds(name);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "phi3",
        "gptoss",
        "qwen2moe",
        "deepseek2",
        "mamba",
        "qwen35",
        "llama-k256-quantized"
      })
  void otherKindsOfBlocksToo(String name) {
    isWhatTheCpuAdds(name);
  }

  private void isWhatTheCpuAdds(String name) {
    Path path = Shared.golden("architectures/" + name + "/model.gguf");
    try (GgufFile file = GgufFile.open(path);
        SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
      Path a = TestAdapter.ofAll(file, 8, 1).write(folder.resolve("a.gguf"), GgmlType.F32);
      Path b = TestAdapter.ofAll(file, 0, 2).write(folder.resolve("b.gguf"), GgmlType.F16);
      Adaptation.Wanted wanted = wanted(new ScaledFile(a, 0.75f), new ScaledFile(b, -0.5f));
      try (TestModel cpu = new TestModel(path, new ScalarKernels(), 2, null, wanted);
          TestModel cuda =
              new TestModel(path, new ScalarKernels(), 2, new CudaBackend(driver, 0), wanted)) {
        int[] tokens = new Random(5).ints(6, 3, cpu.model.vocabularySize()).toArray();
        float[][] expected = cpu.single(tokens);
        float[][] found = cuda.single(tokens); // from the third token on a graph
        assertNear(expected, found);
        assertNear(cpu.logits(tokens, 512), cuda.logits(tokens, 512));
        assertArrayEquals(found, cuda.inCompany(tokens, 3), "in company");

        cuda.decoder.scaleAdapters(List.of(0f, 2f));
        cpu.decoder.scaleAdapters(List.of(0f, 2f));
        float[][] other = cuda.single(tokens);
        assertTrue(!Arrays.deepEquals(found, other), "other scales");
        assertNear(cpu.single(tokens), other);
        cuda.decoder.scaleAdapters(List.of(0.75f, -0.5f));
        assertArrayEquals(found, cuda.single(tokens), "as before");
      }
      float[][] without;
      int[] tokens = {5, 7, 9, 4};
      try (TestModel plain =
          new TestModel(path, new ScalarKernels(), 1, new CudaBackend(driver, 0), wanted())) {
        without = plain.single(tokens);
      }
      Adaptation.Wanted none = wanted(new ScaledFile(a, 0));
      try (TestModel idle =
          new TestModel(path, new ScalarKernels(), 1, new CudaBackend(driver, 0), none)) {
        assertArrayEquals(without, idle.single(tokens), "scale 0");
      }
      assertEquals(List.of(), driver.leaks());
    }
  }

  private static void assertNear(float[][] expected, float[][] found) {
    double worst = 0;
    double most = 1;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        worst = Math.max(worst, Math.abs(expected[i][j] - found[i][j]));
        most = Math.max(most, Math.abs(expected[i][j]));
      }
    }
    assertTrue(worst <= 1e-2 * most, "off by " + worst + " of " + most);
  }
}
