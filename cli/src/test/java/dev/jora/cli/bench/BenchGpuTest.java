package dev.jora.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaDrivers;
import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.bench.CudaKernelSpeed;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.cli.terminal.Columns;
import dev.jora.engine.Gpu;
import dev.jora.engine.Gpus;
import dev.jora.engine.Offload;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code bench --kernels} on a device in software, where rates mean nothing: every kernel runs and
 * has a figure, and nothing is left behind.
 */
final class BenchGpuTest {
  private static final CudaKernelSpeed.Sizes FEW = new CudaKernelSpeed.Sizes(4096, 5, 4, 0);

  /** What a table says of a device, as lines and JSON. */
  private static List<String> measure(
      SoftwareDriver driver, List<GgmlType> types, int width, ObjectNode json) {
    Offload wanted = Offload.DEFAULT.withDriver(() -> driver);
    List<String> lines = new ArrayList<>();
    try (Gpus gpus = Gpus.open(wanted)) {
      for (Gpu gpu : gpus.all()) {
        new BenchGpuTable(FEW, width, lines::add).measure(gpu, types, 256, json);
      }
    }
    assertEquals(List.of(), driver.leaks());
    return lines;
  }

  @Test
  void kernelsRunAndHaveFigures() {
    kernelsRunAndHaveFigures(List.of(GgmlType.F16, GgmlType.Q8_0, GgmlType.Q4_K));
  }

  @Tag("slow")
  @Test
  void kernelsOfAllTypesRunAndHaveFigures() {
    kernelsRunAndHaveFigures(BlockFormats.all().stream().map(BlockFormat::type).toList());
  }

  private static void kernelsRunAndHaveFigures(List<GgmlType> types) {
    SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    List<String> lines = measure(driver, types, BenchTable.NO_TERMINAL, json);
    assertEquals("CUDA0", json.get("id").textValue());
    assertEquals("8.0", json.get("capability").textValue());
    assertEquals(320, json.get("bandwidth_gbs").doubleValue());
    assertEquals(types.size(), json.get("kernels").size());
    for (int i = 0; i < types.size(); i++) {
      JsonNode row = json.get("kernels").get(i);
      String name = types.get(i).name();
      assertEquals(name, row.get("type").textValue());
      assertTrue(row.get("vector_gbs").isNumber() && row.get("tiles_tops").isNumber(), name);
      assertTrue(row.get("vector_of_memory").isNumber(), name);
      String kernel = name.toLowerCase(Locale.ROOT);
      assertTrue(driver.traffic("matvec_" + kernel + "_1") != null, name);
      assertTrue(
          driver.traffic().stream().anyMatch(t -> t.toString().contains("matmul_" + kernel + "_")),
          name);
      assertTrue(lines.stream().anyMatch(line -> line.startsWith("| " + name + " ")), name);
    }
    assertEquals("[8,32,128]", json.findValues("context").toString().replace(" ", ""));
    assertEquals(3, json.get("copies").size());
    assertEquals(2, json.get("norms").size());
    assertEquals("[1000,300]", json.findValues("count").toString().replace(" ", ""));
    assertTrue(json.at("/launches/1/graph").booleanValue());
    assertTrue(driver.traffic("empty") != null);
    for (String kernel : List.of("attend", "norm")) { // each by one of several kernels
      assertTrue(
          driver.traffic().stream().anyMatch(t -> t.toString().contains(kernel)),
          kernel + " never ran");
    }
  }

  @Test
  void linesFitTheTerminal() {
    for (int width : new int[] {60, 80}) {
      SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      for (String line : measure(driver, List.of(GgmlType.F16), width, json)) {
        assertTrue(Columns.of(line) <= width, line);
      }
    }
  }

  @Test
  void whoReliesOnACardIsTold() throws Exception {
    try {
      CudaDrivers.open().close();
      Assumptions.abort("there is a card");
    } catch (CudaUnavailableException none) {
      for (String[] asked : new String[][] {{"-dev", "CUDA0"}, {"-ngl", "all"}}) {
        JoraProcess.Result result = JoraWorker.run("bench", "--kernels", asked[0], asked[1]);
        assertEquals(1, result.code(), result.err());
        String message = " %s needs a GPU: %s".formatted(asked[1], none.getMessage());
        assertTrue(result.err().contains(message), result.err());
        assertEquals("", result.text());
      }
      String few = "bench --kernels --sets vector --types F16 --row 64 -t 1";
      JoraProcess.Result result = JoraWorker.run(few.split(" "));
      assertEquals(0, result.code(), result.err());
      assertFalse(result.text().contains("GPU"), result.text());
    }
  }
}
