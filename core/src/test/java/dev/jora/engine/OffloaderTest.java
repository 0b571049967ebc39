package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Backend;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layers are where, with as much memory as a test says. */
final class OffloaderTest {
  private static final long GIB = 1L << 30;

  private final SoftwareDriver driver = new SoftwareDriver(3, GIB);
  private final List<Backend> backends =
      List.of(new CudaBackend(driver, 0), new CudaBackend(driver, 1), new CudaBackend(driver, 2));
  private GgufFile file;
  private Model model;
  private DecoderOptions options;

  @BeforeEach
  void open() {
    open("llama");
  }

  private void open(String name) {
    if (file != null) {
      file.close();
    }
    file = GgufFile.open(Shared.golden("architectures/" + name + "/model.gguf"));
    model = Model.of(file);
    options = DecoderOptions.defaults(model).withContextSize(4096);
  }

  @AfterEach
  void close() {
    backends.forEach(Backend::close);
    file.close();
    driver.close();
  }

  private Gpu gpu(int ordinal, long free) {
    return new Gpu("CUDA" + ordinal, backends.get(ordinal), GIB, free);
  }

  private Offloader offloader(Offload wanted, Gpu... gpus) {
    return new Offloader(model, wanted, List.of(gpus));
  }

  /** A character for each layer and one for the output: the number of its device, or c. */
  private String where(OffloadPlan plan) {
    return plan.placement().layers().stream().map(this::letter).collect(Collectors.joining())
        + letter(plan.placement().output());
  }

  private String letter(Backend backend) {
    return backend == null ? "c" : "" + backends.indexOf(backend);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "2,2", "3,3", "99,99", "2147483647,99"})
  void layersAreCountedFromTheOutput(int asked, int expected) {
    int all = model.layers().size() + 1;
    OffloadPlan plan = offloader(Offload.DEFAULT, gpu(0, GIB)).of(asked, options);
    int n = Math.min(expected, all);
    assertEquals("c".repeat(all - n) + "0".repeat(n), where(plan));
    assertEquals(n, plan.gpuLayers());
    assertEquals(all, plan.layers());
    assertEquals(null, plan.placement().embeddings());
  }

  @Test
  void withoutGpusAllIsOnTheCpu() {
    OffloadPlan plan = offloader(Offload.DEFAULT).largest(options);
    assertEquals(0, plan.gpuLayers());
    assertEquals(plan.host(), plan.total());
  }

  @Test
  void asManyLayersAsFitAndLeaveTheMargin() {
    int all = model.layers().size() + 1;
    Offload wanted = Offload.DEFAULT.withMargin(1000);
    for (int n = 0; n <= all; n++) {
      Gpu wide = gpu(0, GIB);
      long needed = offloader(wanted, wide).of(n, options).on(wide).total() + 1000;
      assertEquals(n, offloader(wanted, gpu(0, needed)).largest(options).gpuLayers());
      if (n > 0) {
        assertEquals(n - 1, offloader(wanted, gpu(0, needed - 1)).largest(options).gpuLayers());
      }
    }
  }

  @Test
  void theMarginIsATwentiethOrHalfAGibibyte() {
    assertEquals(GIB / 2, Offload.DEFAULT.marginOf(4 * GIB));
    assertEquals(4 * GIB, Offload.DEFAULT.marginOf(80 * GIB));
    assertEquals(7, Offload.DEFAULT.withMargin(7).marginOf(80 * GIB));
  }

  @Test
  void moreThanFitsSaysWhatWould() {
    Offload wanted = Offload.DEFAULT.withMargin(0);
    Gpu wide = gpu(0, GIB);
    OffloadPlan all = offloader(wanted, wide).of(Offload.ALL, options);
    long less =
        offloader(wanted, wide).of(Offload.ALL, options.withContextSize(1024)).on(wide).total();
    Gpu tight = gpu(0, less);
    Offloader offloader = offloader(wanted, tight);
    OffloadPlan plan = offloader.of(Offload.ALL, options);
    assertTrue(plan.excess() > 0);
    String message = offloader.tooMany(plan, options).getMessage();
    String head =
        ": %d layers take %d MiB of CUDA0 (model "
            .formatted(all.layers(), all.on(wide).total() >> 20);
    assertTrue(message.contains(head), message);
    int fits = offloader.largest(options).gpuLayers();
    assertTrue(
        message.endsWith(
            "are free: use gpu_layers %d or, with these layers, ctx_size 1024, or auto"
                .formatted(fits)),
        message);
    assertTrue(fits < all.layers());
  }

  @Test
  void aModelThatIsAskedForInFullIsRefusedWhereItDoesNotFit() {
    LoadOptions load =
        LoadOptions.DEFAULT
            .withContextSize(1 << 20)
            .withOffload(
                Offload.DEFAULT
                    .withGpuLayers(Offload.ALL)
                    .withDriver(() -> new SoftwareDriver(1, 4L << 20)));
    OffloadException e =
        assertThrows(OffloadException.class, () -> LoadedModel.open(model.metadata().file(), load));
    assertTrue(e.getMessage().contains(" layers take "), e.getMessage());
  }

  @Test
  void aContextThatNobodyAskedForIsCutUntilTheLayersFit(@TempDir Path folder) throws IOException {
    Path file = withContext(32768, folder.resolve("long.gguf"));
    try (GgufFile opened = GgufFile.open(file)) {
      model = Model.of(opened);
      for (int context : new int[] {32768, 8192, 4096, 1024}) {
        long half = (bytes(2 * context) - bytes(context)) / 2;
        assertTrue(half > 0);
        LoadOptions load =
            LoadOptions.DEFAULT.withOffload(
                Offload.DEFAULT
                    .withMargin(0)
                    .withDriver(() -> new SoftwareDriver(1, bytes(context) + half)));
        try (LoadedModel loaded = LoadedModel.open(file, load)) {
          assertEquals(Math.max(4096, context), loaded.options().contextSize());
          assertEquals(context >= 4096, loaded.plan().gpuLayers() == loaded.plan().layers());
        }
        LoadOptions all = load.withOffload(load.offload().withGpuLayers(Offload.ALL));
        try (LoadedModel loaded = LoadedModel.open(file, all)) {
          assertEquals(context, loaded.options().contextSize());
          assertEquals(loaded.plan().layers(), loaded.plan().gpuLayers());
        }
      }
    }
  }

  /** What all layers take of a GPU with a context of so many tokens. */
  private long bytes(int context) {
    DecoderOptions cut = DecoderOptions.defaults(model).withContextSize(context);
    Gpu wide = gpu(0, GIB);
    return offloader(Offload.DEFAULT, wide).of(Offload.ALL, cut).on(wide).total();
  }

  /** A copy of the llama model that was trained with so many positions. */
  private static Path withContext(int tokens, Path target) throws IOException {
    try (GgufFile file = GgufFile.open(Shared.testdata("architectures/llama/model.gguf"))) {
      Map<String, GgufValue> values = new LinkedHashMap<>(file.metadata().values());
      values.put("llama.context_length", new GgufValue.Int(GgufType.UINT32, tokens));
      try (GgufWriter out = GgufWriter.create(target, values, file.infos())) {
        for (TensorInfo info : file.infos()) {
          out.append(file.tensors().get(info.name()).data());
        }
        out.finish();
      }
    }
    return target;
  }

  @Test
  void devicesShareByWhatTheyHaveFreeOrAsTheyAreTold() {
    int all = model.layers().size() + 1;
    Offload wanted = Offload.DEFAULT.withMargin(0);
    Gpu[] two = {gpu(0, GIB), gpu(1, GIB)};
    String even = where(offloader(wanted, two).of(Offload.ALL, options));
    assertEquals(all, even.length());
    assertEquals((all + 1) / 2, even.chars().filter(c -> c == '0').count());
    assertEquals(even, sorted(even));
    String first = where(offloader(wanted.withShares(List.of(1.0)), two).of(Offload.ALL, options));
    assertEquals("0".repeat(all), first);
    String last =
        where(offloader(wanted.withShares(List.of(0.0, 2.0)), two).of(Offload.ALL, options));
    assertEquals("1".repeat(all), last);
    Gpu[] uneven = {gpu(0, 1), gpu(1, GIB), gpu(2, 1)};
    String middle = where(offloader(wanted, uneven).of(Offload.ALL, options));
    assertEquals("1".repeat(all - 1), middle.substring(1));
  }

  private static String sorted(String text) {
    return text.chars().sorted().mapToObj(Character::toString).collect(Collectors.joining());
  }

  @Test
  void layersThatShareCachesStayTogether() {
    open("gemma4e");
    int all = model.layers().size() + 1;
    Offloader one = offloader(Offload.DEFAULT.withMargin(0), gpu(0, GIB));
    Offloader two = offloader(Offload.DEFAULT.withMargin(0), gpu(0, GIB), gpu(1, GIB));
    boolean moved = false;
    for (int n = 0; n <= all; n++) {
      OffloadPlan plan = one.of(n, options);
      OffloadPlan split = two.of(n, options);
      assertEquals(n, plan.asked());
      assertTrue(plan.gpuLayers() <= n, where(plan));
      assertEquals(n - plan.gpuLayers(), plan.moved());
      moved |= plan.moved() > 0;
      assertEquals(plan.gpuLayers(), split.gpuLayers());
    }
    assertTrue(moved, "no border had to move");
  }

  @Test
  void blocksWithSuchTensorsAreOnTheCpu() {
    open("mixtral");
    Offload wanted =
        Offload.DEFAULT
            .withMargin(0)
            .withOnCpu(
                List.of(
                    Pattern.compile("blk\\.0\\.ffn_up_exps"), Pattern.compile("^output\\.weight$")),
                false);
    OffloadPlan plan = offloader(wanted, gpu(0, GIB)).of(Offload.ALL, options);
    String layers = "0".repeat(model.layers().size());
    assertEquals(layers + "c", where(plan));
    assertEquals(null, plan.placement().feedForwards().getFirst());
    assertEquals(backends.getFirst(), plan.placement().feedForwards().getLast());
    assertEquals(plan.placement().layers(), plan.placement().mixers());
    Offload norms = Offload.DEFAULT.withOnCpu(List.of(Pattern.compile("_norm")), false);
    assertEquals(
        plan.placement().layers(),
        offloader(norms, gpu(0, GIB)).of(Offload.ALL, options).placement().feedForwards());
  }
}
