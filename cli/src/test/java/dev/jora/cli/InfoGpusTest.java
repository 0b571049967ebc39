package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.engine.GpuFit;
import dev.jora.engine.Offload;
import dev.jora.gguf.GgufFile;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.testing.Shared;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** What {@code jora info} says of GPUs: there, thought of, or not there. */
final class InfoGpusTest {
  private static final String PATH = Shared.testdata("architectures/llama/model.gguf").toString();

  private GgufFile file;
  private Model model;
  private DecoderOptions options;
  private final InfoGpus gpus = new InfoGpus();

  @BeforeEach
  void open() {
    file = GgufFile.open(Shared.testdata("architectures/llama/model.gguf"));
    model = Model.of(file);
    options = DecoderOptions.defaults(model);
  }

  @AfterEach
  void close() {
    file.close();
  }

  private int allLayers() {
    return model.layers().size() + 1;
  }

  @Test
  void everyGpuAloneAndAllTogether() {
    SoftwareDriver driver = new SoftwareDriver(2, 1L << 30);
    gpus.wanted = Offload.DEFAULT.withDriver(() -> driver);
    List<GpuFit> fits = gpus.fits(model, options);
    assertEquals(3, fits.size());
    assertEquals(List.of(), driver.leaks());
    String line = gpus.line(fits.getFirst());
    assertTrue(line.startsWith("CUDA0, 1.00 GiB free: "), line);
    int n = allLayers();
    assertTrue(
        line.endsWith(
            " %d of %d layers fit with this context (-ngl %d), all of them up to -c %d"
                .formatted(n, n, n, model.contextLength())),
        line);
    assertTrue(gpus.line(fits.get(2)).startsWith("CUDA0+CUDA1, "), gpus.line(fits.get(2)));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    gpus.json(json, fits);
    assertEquals(n, json.get("gpu_layers").intValue());
    assertEquals(n, json.get("layers").intValue());
    assertEquals("[\"CUDA1\"]", json.at("/gpus/1/devices").toString());
    assertEquals(1L << 30, json.at("/gpus/1/memory").longValue());
    assertEquals(n, json.at("/gpus/1/ngl").intValue());
    assertEquals(model.contextLength(), json.at("/gpus/1/context_of_all_layers").intValue());
  }

  @Test
  void withoutADriverNothingIsSaid() {
    gpus.wanted =
        Offload.DEFAULT.withDriver(
            () -> {
              throw new CudaUnavailableException("there is no NVIDIA driver", null);
            });
    assertEquals(List.of(), gpus.fits(model, options));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    gpus.json(json, List.of());
    assertTrue(json.isEmpty());
  }

  /** Sizes between nothing and all: more memory, never less of the model. */
  @Test
  void sizesThatSomebodyThinksOf() {
    long all = MemoryPlan.of(model, options).total();
    gpus.wanted = Offload.DEFAULT.withMargin(0);
    gpus.sizes = List.of(1L, all / 4, all / 2, 3 * all / 4, 64 * all);
    List<GpuFit> fits = gpus.fits(model, options);
    assertEquals(5, fits.size());
    assertEquals(0, fits.getFirst().plan().asked());
    assertEquals(0, fits.getFirst().context());
    assertTrue(gpus.line(fits.getFirst()).startsWith("1 B: 0 of "), gpus.line(fits.getFirst()));
    assertTrue(gpus.line(fits.getFirst()).endsWith(" all of them with none"));
    assertEquals(allLayers(), fits.getLast().plan().asked());
    assertEquals(model.contextLength(), fits.getLast().context());
    for (int i = 1; i < fits.size(); i++) {
      assertTrue(fits.get(i).plan().asked() >= fits.get(i - 1).plan().asked());
      assertTrue(fits.get(i).context() >= fits.get(i - 1).context());
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    gpus.json(json, fits);
    assertTrue(json.path("gpu_layers").isMissingNode(), "they are not one machine's");
    assertTrue(json.at("/gpus/0/devices").isMissingNode());
    assertEquals(1, json.at("/gpus/0/memory").longValue());
  }

  @Test
  void theCommandSaysItWithoutACard() throws Exception {
    JoraProcess.Result text = JoraWorker.run("info", PATH, "--gpu-memory", "1k,8G");
    assertEquals(0, text.code(), text.err());
    List<String> lines = text.text().lines().filter(line -> line.startsWith("gpu  ")).toList();
    assertEquals(2, lines.size(), text.text());
    assertTrue(lines.get(0).startsWith("gpu           1.00 KiB: 0 of 3 layers"), lines.get(0));
    assertTrue(lines.get(1).startsWith("gpu           8.00 GiB: 3 of 3 layers"), lines.get(1));
    JsonNode json =
        new ObjectMapper()
            .readTree(JoraWorker.run("info", PATH, "--gpu-memory", "8G", "--json").text());
    assertEquals(8L << 30, json.at("/memory/gpus/0/memory").longValue());
    assertEquals(3, json.at("/memory/gpus/0/ngl").intValue());
    assertEquals(2, JoraWorker.run("info", PATH, "--gpu-memory", "much").code());
  }

  @ParameterizedTest
  @CsvSource({
    "8G,8589934592",
    "8GiB,8589934592",
    "8gb,8589934592",
    "1.5k,1536",
    "512M,536870912",
    "1T,1099511627776",
    "7,7",
    "7B,7"
  })
  void sizesOfMemory(String word, long bytes) {
    assertEquals(bytes, new InfoGpus.Size().convert(word));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "-1G", "0", "8X", "8 G 9", "1e3", "99999999999T", "0.0000001K"})
  void noSizesOfMemory(String word) {
    assertThrows(TypeConversionException.class, () -> new InfoGpus.Size().convert(word));
  }
}
