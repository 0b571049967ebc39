package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models opened with layers on GPUs, which are in software. */
final class OffloadTest {
  private static final Path LLAMA = file("llama");
  private static final long GIB = 1L << 30;

  /** Weights of the golden models are floats. */
  private static final double NEAR = 2e-3;

  private static Path file(String name) {
    return Shared.golden("architectures/" + name + "/model.gguf");
  }

  private static LoadOptions load(Offload offload) {
    return new LoadOptions(
        128,
        64,
        GgmlType.F32,
        GgmlType.F32,
        RopeOptions.Overrides.NONE,
        1,
        1,
        () -> KernelSelector.atMost("scalar"), // in float32 as well
        null,
        offload);
  }

  private static Offload on(SoftwareDriver driver, int layers) {
    return Offload.DEFAULT.withDriver(() -> driver).withGpuLayers(layers).withMargin(0);
  }

  /** Logits behind a prompt, and behind one more token. */
  private static float[][] logits(LoadedModel model) {
    float[][] logits = new float[2][model.model().vocabularySize()];
    try (Decoder decoder = model.decoder();
        Sequence text = decoder.newSequence()) {
      Batch batch = new Batch();
      int[] ids = {3, 7, 11, 4, 9, 12, 5};
      batch.add(text, ids, 0, 6, Batch.Outputs.LAST);
      decoder.forward(batch);
      decoder.logits(0, logits[0]);
      batch.clear();
      batch.add(text, ids, 6, 1, Batch.Outputs.LAST);
      decoder.forward(batch);
      decoder.logits(0, logits[1]);
    }
    return logits;
  }

  private static void assertNear(float[][] expected, float[][] found) {
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        most = Math.max(most, Math.abs(expected[i][j] - found[i][j]));
      }
    }
    assertTrue(most < NEAR, "apart by " + most);
  }

  private static float[][] onCpu(Path file) {
    try (LoadedModel model = LoadedModel.open(file, load(Offload.NONE))) {
      return logits(model);
    }
  }

  /** Opens, runs, compares; all that was on the driver is gone when it is closed. */
  private static OffloadPlan runs(Path file, Offload offload, SoftwareDriver driver) {
    OffloadPlan plan;
    try (LoadedModel model = LoadedModel.open(file, load(offload))) {
      assertNear(onCpu(file), logits(model));
      plan = model.plan();
    }
    assertEquals(List.of(), driver.leaks());
    return plan;
  }

  static Stream<Arguments> goldenModels() {
    return Stream.of("llama", "gemma4e", "lfm2", "mixtral")
        .flatMap(name -> Stream.of(1, 2, Offload.ALL).map(n -> Arguments.of(name, n)));
  }

  @ParameterizedTest
  @MethodSource("goldenModels")
  void logitsAreThoseOfTheCpu(String name, int layers) {
    SoftwareDriver driver = new SoftwareDriver(1, GIB);
    OffloadPlan plan = runs(file(name), on(driver, layers), driver);
    assertTrue(driver.launches() > 0);
    assertEquals(Math.min(layers, plan.layers()), plan.asked());
  }

  @Test
  void layersGoOverTwoDevices() {
    SoftwareDriver driver = new SoftwareDriver(2, GIB);
    OffloadPlan plan = runs(file("mixtral"), on(driver, Offload.ALL), driver);
    assertEquals(3, plan.placement().backends().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "gptoss", "gemma4-moe", "qwen2moe"})
  void expertsStayOnTheCpu(String name) {
    SoftwareDriver driver = new SoftwareDriver(1, GIB);
    Offload experts = on(driver, Offload.ALL).withOnCpu(List.of(Pattern.compile("_exps")), false);
    OffloadPlan plan = runs(file(name), experts, driver);
    assertTrue(plan.placement().feedForwards().contains(null));
    assertTrue(plan.placement().layers().stream().noneMatch(backend -> backend == null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma4e", "lfm2", "cohere"})
  void cachesStayOnTheCpu(String name) {
    SoftwareDriver driver = new SoftwareDriver(1, GIB);
    OffloadPlan plan = runs(file(name), on(driver, Offload.ALL).withOnCpu(List.of(), true), driver);
    assertTrue(plan.placement().mixers().stream().allMatch(backend -> backend == null));
    assertEquals(0, plan.on(plan.gpus().getFirst()).cache());
    assertTrue(plan.host().cache() > 0);
  }

  static Stream<Arguments> encoders() {
    return Stream.of("modern-bert", "nomic-bert", "jina-bert-v2")
        .flatMap(name -> Stream.of(1, 2, Offload.ALL).map(n -> Arguments.of(name, n)));
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void encodersGiveTheSameVectors(String name, int layers) {
    Path file = Shared.testdata("embeddings/" + name + "/model.gguf");
    SoftwareDriver driver = new SoftwareDriver(1, GIB);
    float[] expected = vector(file, Offload.NONE);
    float[] found = vector(file, on(driver, layers));
    assertNear(new float[][] {expected}, new float[][] {found});
    assertTrue(driver.launches() > 0);
    assertEquals(List.of(), driver.leaks());
  }

  private static float[] vector(Path file, Offload offload) {
    try (LoadedModel model = LoadedModel.open(file, load(offload));
        Decoder decoder = model.decoder();
        Sequence text = decoder.newSequence()) {
      Batch batch = new Batch();
      batch.add(text, new int[] {3, 7, 11, 4}, 0, 4, Batch.Outputs.ALL);
      decoder.forward(batch);
      float[] hidden = new float[model.model().hyperparameters().embeddingLength()];
      decoder.hidden(2, 1, hidden);
      return hidden;
    }
  }

  @Test
  void nobodyIsAskedForADriverWhereNothingIsToBeOnGpus() {
    AtomicInteger asked = new AtomicInteger();
    Offload none =
        Offload.NONE.withDriver(
            () -> {
              asked.incrementAndGet();
              return new SoftwareDriver(1, GIB);
            });
    LoadedModel.open(LLAMA, load(none)).close();
    LoadedModel.open(LLAMA, load(none.withDevices(List.of(), Offload.Split.LAYER, 0))).close();
    LoadOptions watched =
        new LoadOptions(
            128,
            512,
            LoadOptions.DEFAULT.keyType(),
            LoadOptions.DEFAULT.valueType(),
            LoadOptions.DEFAULT.rope(),
            1,
            1,
            LoadOptions.DEFAULT.kernels(),
            (weight, expert, x, n, pool) -> {},
            none.withGpuLayers(Offload.ALL));
    try (LoadedModel model = LoadedModel.open(LLAMA, watched)) {
      assertEquals("what is watched is computed on the CPU", model.gpuAbsence());
    }
    assertEquals(0, asked.get());
  }

  @Test
  void aCardThatIsTooOldIsNone() {
    String why = "CUDA0 (Software device 0): compute capability 5.2 is too old: 6.1 is needed";
    Offload old = Offload.DEFAULT.withDriver(() -> new SoftwareDriver(1, GIB, 52));
    try (LoadedModel model = LoadedModel.open(LLAMA, load(old))) {
      assertEquals(0, model.plan().gpuLayers());
      assertEquals(why, model.gpuAbsence());
    }
    assertEquals(
        "gpu_layers 1 needs a GPU: " + why + "; gpu_layers 0 computes all on the CPU",
        message(old.withGpuLayers(1)));
    assertEquals(
        "device CUDA0 needs a GPU: " + why + "; gpu_layers 0 computes all on the CPU",
        message(old.withDevices(List.of("CUDA0"), Offload.Split.LAYER, 0)));
  }

  @Test
  void withoutADriverItIsSilentUnlessOneReliesOnIt() {
    Offload absent =
        Offload.DEFAULT.withDriver(
            () -> {
              throw new CudaUnavailableException("there is no NVIDIA driver", null);
            });
    try (LoadedModel model = LoadedModel.open(LLAMA, load(absent))) {
      assertEquals(0, model.plan().gpuLayers());
      assertEquals("there is no NVIDIA driver", model.gpuAbsence());
    }
    for (int layers : new int[] {1, 99, Offload.ALL}) {
      String asked = layers == Offload.ALL ? "all" : "" + layers;
      assertEquals(
          "gpu_layers "
              + asked
              + " needs a GPU: there is no NVIDIA driver; gpu_layers 0 computes all on the CPU",
          message(absent.withGpuLayers(layers)));
    }
    assertEquals(
        "device CUDA0 needs a GPU: there is no NVIDIA driver; gpu_layers 0 computes all on the CPU",
        message(absent.withDevices(List.of("CUDA0"), Offload.Split.LAYER, 0)));
  }

  private static String message(Offload offload) {
    return assertThrows(OffloadException.class, () -> LoadedModel.open(LLAMA, load(offload)))
        .getMessage();
  }

  @Test
  void devicesAreThoseThatAreNamed() {
    SoftwareDriver driver = new SoftwareDriver(3, GIB);
    Offload all = on(driver, Offload.ALL);
    try (LoadedModel model =
        LoadedModel.open(
            LLAMA, load(all.withDevices(List.of("CUDA2", "CUDA0"), Offload.Split.NONE, 0)))) {
      assertEquals(List.of("CUDA2"), model.plan().gpus().stream().map(Gpu::id).toList());
    }
    assertEquals(
        "device: there is no 'CUDA3', but CUDA0, CUDA1, CUDA2",
        message(
            all.withDriver(() -> new SoftwareDriver(3, GIB))
                .withDevices(List.of("CUDA3"), Offload.Split.LAYER, 0)));
    assertEquals(
        "device names 'CUDA1' twice",
        message(
            all.withDriver(() -> new SoftwareDriver(3, GIB))
                .withDevices(List.of("CUDA1", "CUDA1"), Offload.Split.LAYER, 0)));
    assertEquals(
        "main_gpu must be 0 to 2, one of the devices, not 3",
        message(
            all.withDriver(() -> new SoftwareDriver(3, GIB))
                .withDevices(null, Offload.Split.NONE, 3)));
    assertEquals(
        "tensor_split has 4 shares and there are 3 devices: CUDA0, CUDA1, CUDA2",
        message(
            all.withDriver(() -> new SoftwareDriver(3, GIB))
                .withShares(List.of(1.0, 1.0, 1.0, 1.0))));
  }

  @Test
  void theSameModelOpenedAgainHasItsLayersInTheSamePlaces() {
    SoftwareDriver driver = new SoftwareDriver(1, GIB);
    try (LoadedModel first = LoadedModel.open(LLAMA, load(on(driver, Offload.AUTO)));
        LoadedModel second = first.again(LoadOptions.DEFAULT.withContextSize(64))) {
      assertEquals(first.plan().placement(), second.plan().placement());
      assertSame(first.plan().gpus().getFirst(), second.plan().gpus().getFirst());
    }
  }

  @Test
  void aFullGpuIsNamedWithWhatIsLeft() {
    SoftwareDriver driver = new SoftwareDriver(1, GIB);
    try (LoadedModel model = LoadedModel.open(LLAMA, load(on(driver, Offload.ALL)))) {
      driver.failAllocation(1);
      CudaException e = assertThrows(CudaException.class, model::decoder);
      assertTrue(
          e.getMessage().matches("a GPU's memory is full \\(free now: CUDA0 \\d+ MiB\\): .*"),
          e.getMessage());
      logits(model); // there is room again
    }
    assertEquals(List.of(), driver.leaks());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, Offload.ALL})
  void whoListensHearsOfEveryByteOfEveryGpu(int layers) {
    SoftwareDriver driver = new SoftwareDriver(2, GIB);
    List<List<LoadListener.Loaded>> heard = new ArrayList<>();
    try (LoadedModel model =
        LoadedModel.open(LLAMA, load(on(driver, layers)).withListener(heard::add))) {
      assertEquals(List.of(), heard, "nothing is on its way yet");
      model.decoder().close();
      OffloadPlan plan = model.plan();
      List<Gpu> users = plan.gpus().stream().filter(g -> plan.on(g).weights() > 0).toList();
      long before = 0;
      for (List<LoadListener.Loaded> all : heard) {
        assertEquals(users, all.stream().map(LoadListener.Loaded::gpu).toList());
        long done = all.stream().mapToLong(LoadListener.Loaded::done).sum();
        assertTrue(done > before, done + " after " + before);
        before = done;
      }
      for (LoadListener.Loaded last : heard.getLast()) {
        assertEquals(plan.on(last.gpu()).weights(), last.total());
        assertEquals(last.total(), last.done());
      }
      int first = heard.size();
      model.decoder().close();
      assertEquals(2 * first, heard.size(), "another decoder loads anew");
    }
    assertEquals(List.of(), driver.leaks());
  }

  @Test
  void whoListensHearsNothingOfTheCpu() {
    List<List<LoadListener.Loaded>> heard = new ArrayList<>();
    try (LoadedModel model = LoadedModel.open(LLAMA, load(Offload.NONE).withListener(heard::add))) {
      model.decoder().close();
    }
    assertEquals(List.of(), heard);
  }
}
