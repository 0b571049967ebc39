package dev.jora.backend.cuda.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.bench.SyntheticSpec;
import dev.jora.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The check of a card, over a device in software and small shapes. */
final class CardCheckTest {
  private static final Path GOLDENS = Shared.testdata("architectures");

  /** The models come first in the alphabet; the one of the speeds is one of them. */
  @Test
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  void allStepsRunAndTellWhatTheyFind(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("results.json");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream lines = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    CardCheck.Runner here =
        (step, part) ->
            CardCheck.step(
                step,
                () -> new SoftwareDriver(1, 1L << 30),
                CardSizes.FEW,
                GOLDENS,
                new CardReport(part, lines));
    boolean ok = CardCheck.run(file, lines, here);
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(ok, said);
    JsonNode json = CardReport.read(file);
    assertEquals(1, json.get("schema").intValue());
    assertTrue(json.get("ok").booleanValue());
    assertEquals(CardStep.values().length, json.get("steps").size());
    for (CardStep step : CardStep.values()) {
      JsonNode entry = json.get("steps").get(step.ordinal());
      assertEquals(step.ordinal() + 1, entry.get("step").intValue());
      assertTrue(entry.get("ok").booleanValue(), entry.toString());
      assertTrue(entry.get("results").size() > 0, entry.toString());
      assertTrue(said.contains(step.title), said);
    }
    assertEquals("8.0", json.at("/steps/0/results/devices/0/capability").asText());
    assertTrue(json.at("/steps/0/results/modules").size() > 28);
    for (JsonNode module : json.at("/steps/0/results/modules")) {
      assertTrue(module.get("functions").size() > 0, module.toString());
      assertTrue(module.get("functions").get(0).has("registers"), module.toString());
    }
    assertTrue(json.at("/steps/1/results/tried").intValue() > 7);
    assertEquals(1, json.at("/steps/2/results/models").size());
    assertEquals(3, json.at("/steps/3/results/same/equal").intValue());
    assertEquals(4, json.at("/steps/3/results/speeds").size());
    assertEquals("plain", json.at("/steps/3/results/speeds/3/way").asText());
    assertEquals(2, json.at("/steps/3/results/kernels").size());
    assertEquals(3, json.at("/steps/4/results/speeds").size());
    assertEquals(2, json.at("/steps/5/results/no_memory/code").intValue());
    assertTrue(json.at("/steps/5/results/trap/code").intValue() > 0);
    try (var left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void aStepThatFailsDoesNotStopTheOthers(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("results.json");
    List<CardStep> run = new ArrayList<>();
    PrintStream nobody = new PrintStream(PrintStream.nullOutputStream());
    boolean ok =
        CardCheck.run(
            file,
            nobody,
            (step, part) -> {
              run.add(step);
              if (step == CardStep.KERNELS) {
                return "two are wrong";
              }
              if (step == CardStep.GOLDENS) {
                throw new IllegalStateException("no process");
              }
              CardReport report = new CardReport(part, nobody);
              report.results.put("found", 7);
              report.line("found");
              return "";
            });
    assertFalse(ok);
    assertEquals(List.of(CardStep.values()), run);
    JsonNode json = CardReport.read(file);
    assertFalse(json.get("ok").booleanValue());
    assertEquals("two are wrong", json.at("/steps/1/fault").asText());
    assertTrue(json.at("/steps/2/fault").asText().contains("no process"));
    assertEquals(7, json.at("/steps/5/results/found").intValue());
    assertTrue(json.at("/steps/5/ok").booleanValue());
  }

  /** A value that a kernel wrote is another one when it comes back. */
  @Test
  void aWrongValueIsFound() {
    SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
    int[] downloads = {0};
    CudaDriver wrong =
        (CudaDriver)
            Proxy.newProxyInstance(
                CardCheckTest.class.getClassLoader(),
                new Class<?>[] {CudaDriver.class},
                (proxy, method, arguments) -> {
                  Object result = invoke(driver, method, arguments);
                  if (method.getName().equals("download") && downloads[0]++ == 2) {
                    MemorySegment to = (MemorySegment) arguments[1];
                    float value = to.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
                    to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 1.01f * value + 1);
                  }
                  return result;
                });
    CardReport report = new CardReport(null, new PrintStream(PrintStream.nullOutputStream()));
    String fault = CardCheck.step(CardStep.KERNELS, () -> wrong, CardSizes.FEW, GOLDENS, report);
    assertTrue(fault.startsWith("1 faults, the first: Q4_K, k 256, 5 rows: off by "), fault);
  }

  private static Object invoke(Object on, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Nor is one that ends in an error of the driver. */
  @Test
  void aFaultOfTheDeviceIsTheStepsFault() {
    SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
    driver.failLaunch(3);
    CardReport report = new CardReport(null, new PrintStream(PrintStream.nullOutputStream()));
    String fault = CardCheck.step(CardStep.KERNELS, () -> driver, CardSizes.FEW, GOLDENS, report);
    assertTrue(fault.contains("CUDA error 719"), fault);
  }

  /** All together in less than eight minutes. */
  @Test
  void theStepsHaveTheirTime() {
    int all = 0;
    for (CardStep step : CardStep.values()) {
      all += step.seconds(false);
      assertTrue(step.seconds(true) > step.seconds(false), "in software it is slower");
    }
    assertTrue(all < 8 * 60, "they take " + all + " s");
    CardSizes.FULL.shapes().forEach(SyntheticSpec::parse); // or it throws
  }
}
