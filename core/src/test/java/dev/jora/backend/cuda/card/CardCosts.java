package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.CudaClock;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.Grid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What launches and copies cost, and what the driver says where something goes wrong. */
final class CardCosts {
  private static final String TRAP =
      """
      .version 8.0
      .target sm_61
      .address_size 64
      .visible .entry stumble(.param .align 8 .b8 stumble_param_0[8])
      {
        trap;
        ret;
      }
      """;

  private CardCosts() {}

  static void run(CardStep.Context c) throws Exception {
    try (CudaBackend cuda = new CudaBackend(c.driver(), 0);
        CudaClock clock = cuda.clock()) {
      launches(c, "launches", 1000, clock.launches(1000));
      launches(c, "graph", 300, clock.graph(300));
      for (int bytes : new int[] {16 << 10, 513 << 10, 16 << 20}) {
        clock.copies(bytes, true, 1);
        double up = clock.copies(bytes, true, 20);
        double down = clock.copies(bytes, false, 20);
        c.report()
            .results
            .withArray("/copies")
            .addObject()
            .put("bytes", bytes)
            .put("up_us", CardReport.rounded(bytes / up * 1e6))
            .put("down_us", CardReport.rounded(bytes / down * 1e6));
        c.report()
            .line(
                "copy of %d bytes: up %.1f us, down %.1f us",
                bytes, bytes / up * 1e6, bytes / down * 1e6);
      }
      noMemory(c);
      launches(c, "launches_after", 10, clock.launches(10)); // the device goes on
    }
    trap(c);
  }

  private static void launches(CardStep.Context c, String name, int n, CudaClock.Launches cost) {
    c.report()
        .results
        .putObject(name)
        .put("count", n)
        .put("device_us", CardReport.rounded(cost.deviceMicros()))
        .put("host_us", CardReport.rounded(cost.hostMicros()));
    c.report()
        .line(
            "%s of %d: %.2f us each, the host %.2f",
            name, n, cost.deviceMicros(), cost.hostMicros());
  }

  private static void noMemory(CardStep.Context c) throws Exception {
    CudaDriver driver = c.driver();
    driver.enter(0);
    try {
      driver.allocate(2 * driver.device(0).memory());
    } catch (CudaException e) {
      said(c, "no_memory", e);
      if (e.code() != CudaException.OUT_OF_MEMORY) {
        throw new CardStep.Fault("no memory left is told as %s", e.getMessage());
      }
      return;
    }
    throw new CardStep.Fault("the driver gave twice the memory that there is");
  }

  /** Last: the device is lost. */
  private static void trap(CardStep.Context c) throws Exception {
    CudaDriver driver = c.driver();
    driver.enter(0);
    long stream = driver.newStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = arena.allocate(8, 8);
      long function = driver.function(driver.loadModule(TRAP), "stumble");
      driver.launch(function, Grid.of(1), 32, 0, struct, stream);
      driver.synchronize(stream);
    } catch (CudaException e) {
      said(c, "trap", e);
      return;
    }
    throw new CardStep.Fault("nobody was told of a trap");
  }

  private static void said(CardStep.Context c, String name, CudaException e) {
    ObjectNode json = c.report().results.putObject(name);
    json.put("code", e.code()).put("message", e.getMessage());
    c.report().line("%s: %s", name, e.getMessage());
  }
}
