package dev.jora.cli.common;

import dev.jora.engine.Gpu;
import dev.jora.engine.OffloadPlan;
import dev.jora.model.MemoryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where a model's memory is, in MiB, as llama.cpp's breakdown has it. */
public final class MemoryTable {
  private MemoryTable() {}

  /** A heading, a line for each GPU and one for the host. */
  public static List<String> of(OffloadPlan plan) {
    int width = 6;
    for (Gpu gpu : plan.gpus()) {
      width = Math.max(width, name(gpu).length());
    }
    String head = "%-" + width + "s ";
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            head + "%7s   %7s    %7s   %7s   %7s   %7s   %7s",
            "memory",
            "total",
            "free",
            "self",
            "weights",
            "context",
            "compute",
            "other"));
    for (Gpu gpu : plan.gpus()) {
      MemoryPlan there = plan.on(gpu);
      lines.add(
          String.format(
              Locale.ROOT,
              head + "%7d = %7d + (%7d = %7d + %7d + %7d) + %7d",
              name(gpu),
              mebibytes(gpu.total()),
              mebibytes(gpu.free() - there.total()),
              mebibytes(there.total()),
              mebibytes(there.weights()),
              mebibytes(there.cache()),
              mebibytes(there.compute()),
              mebibytes(gpu.total() - gpu.free())));
    }
    MemoryPlan host = plan.host();
    lines.add(
        String.format(
            Locale.ROOT,
            head + "%7s   %7s   (%7d = %7d + %7d + %7d)",
            "host",
            "",
            "",
            mebibytes(host.total()),
            mebibytes(host.weights()),
            mebibytes(host.cache()),
            mebibytes(host.compute())));
    return lines;
  }

  private static String name(Gpu gpu) {
    return gpu.id() + " " + gpu.backend().name();
  }

  private static long mebibytes(long bytes) {
    return Math.floorDiv(bytes, 1L << 20);
  }
}
