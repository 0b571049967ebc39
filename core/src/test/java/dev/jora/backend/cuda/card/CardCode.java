package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.backend.cuda.FunctionFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the devices are, and what the driver makes of jora's code. */
final class CardCode {
  private static final Pattern KERNEL = Pattern.compile("\\.visible \\.entry (\\w+)\\(");

  private CardCode() {}

  static void run(CardStep.Context c) throws Exception {
    CudaDriver driver = c.driver();
    ArrayNode devices = c.report().results.putArray("devices");
    for (int i = 0; i < driver.deviceCount(); i++) {
      device(c, i, driver.device(i), devices.addObject());
    }
    c.report().results.put("cuda", driver.version());
    driver.enter(0);
    ArrayNode modules = c.report().results.putArray("modules");
    int faults = 0;
    double all = 0;
    for (String name : names()) {
      ObjectNode json = modules.addObject().put("module", name);
      long start = System.nanoTime();
      try {
        String code = code(name, driver.device(0).capability());
        long module = driver.loadModule(code);
        double millis = (System.nanoTime() - start) / 1e6;
        all += millis;
        json.put("load_ms", CardReport.rounded(millis));
        List<String> kernels =
            KERNEL.matcher(code).results().map((MatchResult found) -> found.group(1)).toList();
        ArrayNode functions = json.putArray("functions");
        for (String kernel : kernels) {
          FunctionFacts facts = driver.facts(driver.function(module, kernel));
          functions
              .addObject()
              .put("name", kernel)
              .put("registers", facts.registers())
              .put("local_bytes", facts.localBytes())
              .put("shared_bytes", facts.sharedBytes());
          if (facts.localBytes() > 0) {
            c.report().line("%s keeps %d bytes in local memory", kernel, facts.localBytes());
          }
        }
        driver.unloadModule(module);
      } catch (CudaException | IOException e) {
        faults++;
        json.put("fault", e.getMessage());
        c.report().line("module %s: %s", name, e.getMessage());
      }
    }
    c.report().results.put("load_ms", CardReport.rounded(all));
    c.report().line("%d modules in %.0f ms", modules.size(), all);
    if (faults > 0) {
      throw new CardStep.Fault("%d of %d modules are not loaded", faults, modules.size());
    }
  }

  private static void device(CardStep.Context c, int ordinal, DeviceFacts facts, ObjectNode json)
      throws Exception {
    c.driver().enter(ordinal);
    json.put("id", "CUDA" + ordinal)
        .put("name", facts.name())
        .put("capability", facts.major() + "." + facts.minor())
        .put("memory", facts.memory())
        .put("free", c.driver().freeMemory())
        .put("multiprocessors", facts.multiprocessors())
        .put("shared_bytes", facts.sharedBytes())
        .put("cache_bytes", facts.cacheBytes())
        .put("bandwidth_gbs", CardReport.rounded(facts.bandwidth() / 1e9))
        .put("pci", facts.address());
    c.report()
        .line(
            "CUDA%d: %s, compute %d.%d, %d MiB, %.0f GB/s",
            ordinal,
            facts.name(),
            facts.major(),
            facts.minor(),
            facts.memory() >> 20,
            facts.bandwidth() / 1e9);
    if (!facts.refusal().isEmpty()) {
      throw new CardStep.Fault("CUDA%d: %s", ordinal, facts.refusal());
    }
  }

  /** All modules, as the list of their sources has them. */
  private static List<String> names() throws IOException {
    return text("sources.sha256")
        .lines()
        .filter(line -> line.endsWith(".cu"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1, line.length() - 3))
        .toList();
  }

  private static String code(String module, int capability) throws IOException {
    return text(module + (capability >= 80 ? ".compute_80.ptx" : ".compute_61.ptx"));
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = CudaDriver.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
