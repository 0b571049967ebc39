package dev.jora.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.bench.CudaKernelSpeed;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Terminal;
import dev.jora.engine.Gpu;
import dev.jora.engine.Gpus;
import dev.jora.engine.Offload;
import java.util.List;
import java.util.function.Consumer;

/** {@code bench --kernels}: the CPU's, then those of every GPU. */
final class BenchKernels {
  private final BenchKernelOptions options;
  private final Offload wanted;
  private final CommonOptions common;

  /** How much is measured on GPUs. */
  CudaKernelSpeed.Sizes sizes = CudaKernelSpeed.Sizes.DEFAULT;

  BenchKernels(BenchKernelOptions options, Offload wanted, CommonOptions common) {
    this.options = options;
    this.wanted = wanted;
    this.common = common;
  }

  /** Measures with so many threads each, and prints: lines as they come, or one object. */
  void print(Output out, boolean json, List<Integer> threadCounts) {
    Consumer<String> lines = json ? line -> {} : line -> out.printf("%s%n", line).flush();
    int width = BenchTable.width(Terminal.stdout());
    try (Gpus gpus = Gpus.open(wanted)) { // first: one that is relied on may not be there
      var markdown = new BenchKernelMarkdown(width, lines);
      ObjectNode figures = new BenchKernelTable(options, common, markdown).run(threadCounts);
      if (!gpus.all().isEmpty()) {
        ArrayNode list = figures.putArray("gpus");
        BenchGpuTable table = new BenchGpuTable(sizes, width, lines);
        for (Gpu gpu : gpus.all()) {
          table.measure(gpu, options.types(), options.row(), list.addObject());
        }
      }
      if (json) {
        Json.printPretty(out, figures);
      }
    }
  }
}
