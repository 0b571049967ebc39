package dev.jora.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.CudaClock;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.bench.CudaKernelSpeed;
import dev.jora.cli.common.Units;
import dev.jora.cli.terminal.Columns;
import dev.jora.engine.Gpu;
import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code bench --kernels} on GPUs: what their kernels reach beside what their memory can give. As
 * lines, as soon as they are known, and as JSON.
 */
final class BenchGpuTable {
  private static final String[] HEAD = {
    "| type    | 1 token GB/s | of memory |  prompt TOPS |",
    "|---------|-------------:|----------:|-------------:|"
  };

  private static final int LAUNCHES = 1000;
  private static final int NODES = 300;

  private final CudaKernelSpeed.Sizes sizes;
  private final int width;
  private final Consumer<String> out;

  /**
   * A table to {@code out}, which gets lines without their ends.
   *
   * @param width columns of the terminal that shows it, or {@link BenchTable#NO_TERMINAL}
   */
  BenchGpuTable(CudaKernelSpeed.Sizes sizes, int width, Consumer<String> out) {
    this.sizes = sizes;
    this.width = width;
    this.out = out;
  }

  /** Measures a GPU: kernels of these types on rows of so many values. */
  void measure(Gpu gpu, List<GgmlType> types, int row, ObjectNode json) {
    CudaBackend backend = (CudaBackend) gpu.backend();
    DeviceFacts facts = backend.facts();
    double memory = facts.bandwidth();
    json.put("id", gpu.id()).put("name", facts.name());
    json.put("capability", facts.major() + "." + facts.minor());
    json.put("bandwidth_gbs", rounded(memory / 1e9));
    line("%s, %s, rows of %d values", gpu.id(), facts.name(), row);
    line("");
    line("* memory by its clock and bus: %.1f GB/s", memory / 1e9);
    try (CudaKernelSpeed speed = new CudaKernelSpeed(backend, row, sizes)) {
      launches(speed, json.putArray("launches"));
      copies(speed, json.putArray("copies"));
      norms(speed, row, json.putArray("norms"));
      attention(speed, memory, json.putArray("attention"));
      line("");
      line(HEAD[0]);
      line(HEAD[1]);
      ArrayNode rows = json.putArray("kernels");
      for (GgmlType type : types) {
        if (speed.canMeasure(type)) {
          kernel(speed, type, memory, rows.addObject());
        }
      }
    }
    line("");
  }

  private void launches(CudaKernelSpeed speed, ArrayNode json) {
    for (boolean graph : new boolean[] {false, true}) {
      int n = graph ? NODES : LAUNCHES;
      CudaClock.Launches cost = speed.launches(n, graph);
      line(
          "* empty kernel, %d %s: %.2f us each, the host %.2f us",
          n, graph ? "in a graph" : "one by one", cost.deviceMicros(), cost.hostMicros());
      json.addObject()
          .put("count", n)
          .put("graph", graph)
          .put("device_us", rounded(cost.deviceMicros()))
          .put("host_us", rounded(cost.hostMicros()));
    }
  }

  private void copies(CudaKernelSpeed speed, ArrayNode json) {
    for (long bytes : new long[] {16 << 10, 513 << 10, Math.min(sizes.bytes(), 64 << 20)}) {
      double up = speed.copy(bytes, true);
      double down = speed.copy(bytes, false);
      line("* copy of %s: up %.2f GB/s, down %.2f", Units.bytes(bytes), up / 1e9, down / 1e9);
      json.addObject()
          .put("bytes", bytes)
          .put("up_gbs", rounded(up / 1e9))
          .put("down_gbs", rounded(down / 1e9));
    }
  }

  private void norms(CudaKernelSpeed speed, int row, ArrayNode json) {
    for (int rows : new int[] {1, sizes.tokens()}) {
      double seconds = speed.norm(rows);
      line("* norm of %d row%s: %.2f us", rows, rows == 1 ? "" : "s", seconds * 1e6);
      json.addObject()
          .put("rows", rows)
          .put("us", rounded(seconds * 1e6))
          .put("gbs", rounded(8.0 * rows * row / seconds / 1e9));
    }
  }

  /** Of one token, which reads all keys and values; and of the last of a prompt. */
  private void attention(CudaKernelSpeed speed, double memory, ArrayNode json) {
    for (int context : new int[] {2 * sizes.tokens(), 8 * sizes.tokens(), 32 * sizes.tokens()}) {
      double one = speed.attention(context, 1);
      double rate = 4.0 * CudaKernelSpeed.KV_HEADS * CudaKernelSpeed.HEAD * context / one;
      double many = speed.attention(context, sizes.tokens());
      double seen = context - (sizes.tokens() - 1) / 2.0;
      double sums = 4.0 * CudaKernelSpeed.HEADS * CudaKernelSpeed.HEAD * sizes.tokens() * seen;
      line(
          "* attention over %d: 1 token %.1f us, %.1f GB/s (%s); %d tokens %.1f us, %.2f TFLOPS",
          context,
          one * 1e6,
          rate / 1e9,
          percent(rate / memory),
          sizes.tokens(),
          many * 1e6,
          sums / many / 1e12);
      json.addObject()
          .put("context", context)
          .put("token_us", rounded(one * 1e6))
          .put("token_gbs", rounded(rate / 1e9))
          .put("token_of_memory", share(rate / memory))
          .put("prompt_tokens", sizes.tokens())
          .put("prompt_us", rounded(many * 1e6))
          .put("prompt_tflops", rounded(sums / many / 1e12));
    }
  }

  private void kernel(CudaKernelSpeed speed, GgmlType type, double memory, ObjectNode json) {
    double vector = speed.vector(type);
    double tiles = speed.tiles(type);
    line(
        "| %-7s | %12.1f | %9s | %12.2f |",
        type.name(), vector / 1e9, percent(vector / memory), tiles / 1e12);
    json.put("type", type.name())
        .put("vector_gbs", rounded(vector / 1e9))
        .put("vector_of_memory", share(vector / memory))
        .put("tiles_tops", rounded(tiles / 1e12));
  }

  private void line(String format, Object... args) {
    Columns.wrapped(String.format(Locale.ROOT, format, args), width).forEach(out);
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.0f %%", 100 * share) : "";
  }

  /** Null where the device does not tell what its memory can give. */
  private static Double share(double value) {
    return Double.isFinite(value) ? rounded(value) : null;
  }

  private static Double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
