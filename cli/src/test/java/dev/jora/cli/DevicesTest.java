package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.testing.Shared;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jora devices} says of GPUs that are there, cannot be entered, or are not there. */
final class DevicesTest {
  private static final DeviceFacts FACTS =
      new DeviceFacts(
          "NVIDIA Some", 8, 6, 12L << 30, 28, 101376, 2359296, 7501, 192, false, "0000:01:00");

  /** Two devices, of which somebody else has the second for himself. */
  private static CudaDriver driver() {
    return driver(FACTS);
  }

  private static CudaDriver driver(DeviceFacts facts) {
    return (CudaDriver)
        Proxy.newProxyInstance(
            DevicesTest.class.getClassLoader(),
            new Class<?>[] {CudaDriver.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "deviceCount" -> 2;
                  case "version" -> 12040;
                  case "device" -> facts;
                  case "freeMemory" -> 11L << 30;
                  case "enter" -> {
                    if ((int) arguments[0] == 1) {
                      throw new CudaException(
                          "entering device 1", 46, "CUDA_ERROR_DEVICE_UNAVAILABLE");
                    }
                    yield null;
                  }
                  default -> throw new AssertionError(method);
                });
  }

  @Test
  void aLineForEachAndOneForTheDriver() {
    List<String> lines = Devices.of(driver(), "550.54.14").text().lines().toList();
    assertEquals(5, lines.size(), lines.toString());
    assertEquals("Available devices:", lines.get(0));
    assertTrue(lines.get(1).startsWith("  CPU: "), lines.get(1));
    assertEquals(
        "  CUDA0: NVIDIA Some (12.00 GiB, 11.00 GiB free, compute 8.6, 28 multiprocessors,"
            + " 360 GB/s, PCI 0000:01:00)",
        lines.get(2));
    assertTrue(lines.get(3).contains("CUDA_ERROR_DEVICE_UNAVAILABLE"), lines.get(3));
    assertEquals("GPU driver: 550.54.14, for CUDA 12.4", lines.get(4));
  }

  @Test
  void theSameAsJson() {
    JsonNode json = Devices.of(driver(), "550.54.14").json();
    assertEquals("CPU", json.at("/devices/0/id").asText());
    assertEquals("CUDA0", json.at("/devices/1/id").asText());
    assertEquals("8.6", json.at("/devices/1/capability").asText());
    assertEquals(12L << 30, json.at("/devices/1/memory").asLong());
    assertEquals(11L << 30, json.at("/devices/1/free").asLong());
    assertTrue(json.at("/devices/2/free").isMissingNode());
    assertTrue(json.at("/devices/2/fault").asText().startsWith("entering device 1: "));
    assertEquals("12.4", json.at("/cuda/version").asText());
    assertEquals("550.54.14", json.at("/cuda/driver").asText());
  }

  @Test
  void aCardThatIsTooOldSaysSo() {
    CudaDriver old = driver(new DeviceFacts("Old", 5, 2, 4L << 30, 8, 0, 0, 1, 128, false, ""));
    Devices devices = Devices.of(old, "");
    String line = devices.text().lines().toList().get(2);
    assertTrue(line.contains("compute capability 5.2 is too old: 6.1 is needed"), line);
    assertTrue(devices.text().endsWith("\nGPU driver: for CUDA 12.4\n"), devices.text());
    assertTrue(devices.json().at("/devices/1/free").isMissingNode());
    assertTrue(devices.json().at("/devices/1/fault").asText().contains("6.1 is needed"));
    assertTrue(devices.json().at("/cuda/driver").isMissingNode());
  }

  @Test
  void theReleaseOfADriverIsWhereLinuxHasIt(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("version");
    assertEquals("", Devices.release(file));
    for (String text :
        List.of(
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC"
                + " 2024\nGCC version:  gcc version 12.3.0\n",
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release"
                + " Build\n")) {
      Files.writeString(file, text);
      assertEquals("550.54.14", Devices.release(file));
    }
    Files.writeString(file, "nothing");
    assertEquals("", Devices.release(file));
  }

  @Test
  void withoutGpusTheReasonIsAResult() {
    Devices none = new Devices(List.of(), 0, "", "there is no NVIDIA driver");
    assertTrue(none.text().endsWith("\nNo GPU: there is no NVIDIA driver\n"), none.text());
    assertEquals("there is no NVIDIA driver", none.json().at("/cuda/absence").asText());
  }

  @Test
  void theCommandEndsWellWhateverThereIs() throws Exception {
    JoraProcess.Result text = JoraProcess.run("devices");
    assertEquals(0, text.code(), text.err());
    assertEquals("", text.messages());
    List<String> lines = text.text().lines().toList();
    assertTrue(lines.get(1).startsWith("  CPU: "), text.text());
    assertTrue(
        lines.getLast().startsWith("No GPU: ") || lines.getLast().startsWith("GPU driver: "),
        text.text());
    JoraProcess.Result json = JoraProcess.run("devices", "--json");
    assertEquals(0, json.code(), json.err());
    assertEquals("CPU", new ObjectMapper().readTree(json.out()).at("/devices/0/id").asText());
    assertTrue(JoraWorker.run("chat", "--list-devices").text().contains(lines.getLast()));
  }

  /**
   * Whoever computes on the CPU pays nothing for GPUs; nor is JCuda needed to see that there is
   * none.
   */
  @Test
  void jcudaIsLoadedOnlyWhereThereIsADriver(@TempDir Path folder) throws Exception {
    String model = Shared.testdata("architectures/llama/model.gguf").toString();
    boolean driver = false;
    for (String line :
        List.of(
            "devices",
            "run -m " + model + " --prompt-ids 1 -n 2",
            "run -m " + model + " --prompt-ids 1 -n 2 -ngl 0")) {
      Path log = folder.resolve("classes.log");
      String options = "-Xlog:class+load:file=" + log;
      JoraProcess.Result result =
          JoraProcess.run(new byte[0], Map.of("JDK_JAVA_OPTIONS", options), line.split(" "));
      assertEquals(0, result.code(), result.err());
      List<String> loaded = Files.readAllLines(log);
      driver |= result.text().contains("GPU driver: ");
      boolean asks = !line.endsWith("-ngl 0");
      assertTrue(loaded.stream().anyMatch(one -> one.contains(" dev.jora.cli.Main ")));
      assertEquals(driver && asks, loaded.stream().anyMatch(one -> one.contains(" jcuda.")));
      assertEquals(
          asks, loaded.stream().anyMatch(one -> one.contains(".backend.cuda.CudaProbe$Machine ")));
      if (line.startsWith("run")) {
        assertEquals(
            driver && asks,
            loaded.stream().anyMatch(one -> one.contains(".backend.cuda.CudaDevice ")));
      }
    }
  }
}
