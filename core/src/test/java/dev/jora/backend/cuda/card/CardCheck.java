package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaDrivers;
import dev.jora.backend.cuda.CudaProbe;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.MachineCpu;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What is run when there is a card: all {@linkplain CardStep steps}, each in a process of its own
 * that is ended when its time is over, and all that they found in one file. {@code
 * scripts/test-cuda} starts it and describes the file.
 */
public final class CardCheck {
  private static final int SCHEMA = 1;
  private static final String STEP = "--step";
  private static final String SOFTWARE = "--software";

  private CardCheck() {}

  /**
   * Runs all steps; with {@code --step NAME} one in this process.
   *
   * @param args the file for the results and the folder of the golden models; before them {@code
   *     --software} for a device in software, on which little is tried
   */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(List.of(args));
    boolean software = words.removeIf(SOFTWARE::equals);
    if (words.size() == 4 && words.getFirst().equals(STEP)) {
      CardStep step = CardStep.valueOf(words.get(1));
      System.exit(child(step, software, Path.of(words.get(2)), Path.of(words.get(3))));
    }
    if (words.size() != 2) {
      System.err.println("usage: CardCheck [--software] RESULTS.json GOLDENS");
      System.exit(2);
    }
    Path file = Path.of(words.get(0)).toAbsolutePath();
    if (!software && CudaProbe.ofMachine() instanceof CudaProbe.Absent absent) {
      ObjectNode json = head().put("ok", false).put("reason", absent.sentence());
      json.putArray("steps");
      CardReport.write(file, json);
      System.err.println("test-cuda: no card to test: " + absent.sentence());
      System.exit(1);
    }
    boolean ok =
        run(file, System.err, (step, part) -> process(step, software, part, Path.of(words.get(1))));
    System.exit(ok ? 0 : 1);
  }

  /** How a step is run: it leaves its results in a file and returns what is wrong, or nothing. */
  interface Runner {
    String run(CardStep step, Path part) throws Exception;
  }

  /** All steps; the file is as complete as can be at any time. */
  static boolean run(Path file, PrintStream lines, Runner runner) throws IOException {
    ObjectNode json = head();
    long start = System.nanoTime();
    boolean ok = true;
    Path folder = Files.createTempDirectory("jora-card");
    for (CardStep step : CardStep.values()) {
      String name = step.name().toLowerCase(Locale.ROOT);
      lines.printf("%d. %s: %s%n", step.ordinal() + 1, name, step.title);
      Path part = folder.resolve(name + ".json");
      long begun = System.nanoTime();
      String fault;
      try {
        fault = runner.run(step, part);
      } catch (Exception e) {
        fault = e.toString();
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      ok &= fault.isEmpty();
      lines.printf(
          Locale.ROOT, "  %s in %.1f s%n", fault.isEmpty() ? "ok" : "FAILED: " + fault, seconds);
      ObjectNode entry = json.withArray("/steps").addObject();
      entry.put("step", step.ordinal() + 1).put("name", name).put("ok", fault.isEmpty());
      entry.put("seconds", CardReport.rounded(seconds)).put("fault", fault);
      entry.set("results", CardReport.read(part));
      Files.deleteIfExists(part);
      json.put("ok", ok && step.ordinal() == CardStep.values().length - 1);
      json.put("seconds", CardReport.rounded((System.nanoTime() - start) / 1e9));
      CardReport.write(file, json);
    }
    Files.deleteIfExists(folder);
    lines.printf("%s; results are in %s%n", ok ? "all steps are ok" : "NOT all steps are ok", file);
    return ok;
  }

  private static ObjectNode head() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("schema", SCHEMA)
        .put("time", Instant.now().toString())
        .put("cpu", MachineCpu.name())
        .put("threads", Runtime.getRuntime().availableProcessors())
        .put("java", Runtime.version().toString());
  }

  /** A step in a process of its own, with what this one was started with. */
  private static String process(CardStep step, boolean software, Path part, Path goldens)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-Xmx4g", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CardCheck.class.getName(), STEP, step.name()));
    command.addAll(List.of(part.toString(), goldens.toString()));
    if (software) {
      command.add(SOFTWARE);
    }
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    int most = step.seconds(software);
    if (!process.waitFor(most, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      return "not done after %d s".formatted(most);
    }
    return process.exitValue() == 0
        ? ""
        : CardReport.read(part).path("fault").asText("exit code " + process.exitValue());
  }

  private static int child(CardStep step, boolean software, Path part, Path goldens) {
    CardReport report = new CardReport(part, System.err);
    String fault =
        software
            ? step(step, () -> new SoftwareDriver(1, 1L << 30), CardSizes.FEW, goldens, report)
            : step(step, CudaDrivers::open, CardSizes.FULL, goldens, report);
    report.results.put("fault", fault);
    CardReport.write(part, report.results);
    return fault.isEmpty() ? 0 : 1;
  }

  /** Runs a step here: what is wrong, or nothing. */
  static String step(
      CardStep step,
      Supplier<CudaDriver> driver,
      CardSizes sizes,
      Path goldens,
      CardReport report) {
    try {
      CudaDriver opened = driver.get(); // it goes with the process: what is lost cannot be closed
      step.run(new CardStep.Context(opened, sizes, goldens, report));
      return "";
    } catch (Exception | LinkageError | OutOfMemoryError | AssertionError e) {
      return e instanceof CardStep.Fault ? e.getMessage() : e.toString();
    }
  }
}
