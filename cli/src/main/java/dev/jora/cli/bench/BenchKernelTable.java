package dev.jora.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.bench.KernelSpeed;
import dev.jora.cli.common.CommonOptions;
import dev.jora.exec.MachineCpu;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.Ceiling;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bench --kernels}: what every kernel reaches per tensor type, beside the machine's limits,
 * so that a slow one stands out.
 */
final class BenchKernelTable {
  private final BenchKernelOptions options;
  private final CommonOptions common;
  private final List<Kernels> sets = new ArrayList<>();
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode limits;
  private final ArrayNode rows;
  private final BenchKernelMarkdown markdown;

  /** What is measured goes to {@code markdown} as soon as it is known. */
  BenchKernelTable(BenchKernelOptions options, CommonOptions common, BenchKernelMarkdown markdown) {
    this.options = options;
    this.common = common;
    this.markdown = markdown;
    json.put("cpu_info", MachineCpu.name());
    json.put("row", options.row());
    json.put("tokens", KernelSpeed.TOKENS);
    limits = json.putArray("ceilings");
    rows = json.putArray("kernels");
  }

  /** Measures with so many threads each, and returns all figures. */
  ObjectNode run(List<Integer> threadCounts) {
    for (String name : options.sets()) {
      KernelSelector.Choice choice = KernelSelector.atMost(name);
      if (choice.kernels().name().equals(name)) {
        sets.add(choice.kernels());
      } else {
        common.info("kernels: no %s here: %s", name, choice.reason());
      }
    }
    for (int threads : threadCounts) {
      try (WorkPool pool = new WorkPool(threads)) {
        measure(new KernelSpeed(pool, options.row()), threads);
      }
    }
    return json;
  }

  private void measure(KernelSpeed speed, int threads) {
    markdown.begin(MachineCpu.name(), threads, options.row());
    double stream = speed.stream();
    limit("memory stream", "", "GB/s", stream, threads);
    List<Double> peaks = new ArrayList<>();
    double highest = 0;
    for (Kernels kernels : sets) {
      for (Ceiling ceiling : kernels.ceilings()) {
        double found = speed.ceiling(ceiling);
        highest = Math.max(highest, found);
        limit(ceiling.name(), kernels.name(), "GMAC/s", found, threads);
      }
      peaks.add(highest); // a set without a limit of its own lives on those below it
    }
    markdown.head();
    for (GgmlType type : options.types()) {
      for (int i = 0; i < sets.size(); i++) {
        if (speed.canMeasure(sets.get(i), type)) {
          row(speed, type, sets.get(i), stream, peaks.get(i), threads);
        }
      }
    }
    markdown.end();
  }

  private void limit(String name, String kernels, String unit, double rate, int threads) {
    markdown.limit(name, kernels, rate / 1e9, unit);
    limits
        .addObject()
        .put("name", name)
        .put("kernels", kernels)
        .put("threads", threads)
        .put("unit", unit)
        .put("rate", rounded(rate / 1e9));
  }

  private void row(
      KernelSpeed speed, GgmlType type, Kernels kernels, double stream, double peak, int threads) {
    double decode = speed.decode(kernels, type);
    double prompt = speed.prompt(kernels, type);
    markdown.row(
        type.name(), kernels.name(), decode / 1e9, decode / stream, prompt / 1e9, prompt / peak);
    rows.addObject()
        .put("type", type.name())
        .put("kernels", kernels.name())
        .put("threads", threads)
        .put("decode_gbs", rounded(decode / 1e9))
        .put("decode_of_stream", rounded(decode / stream))
        .put("prompt_gmacs", rounded(prompt / 1e9))
        .put("prompt_of_peak", peak == 0 ? null : rounded(prompt / peak));
  }

  private static Double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
