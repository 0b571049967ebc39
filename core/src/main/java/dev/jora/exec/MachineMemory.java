package dev.jora.exec;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How much memory this machine can still give. */
public final class MachineMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /** What a container may use: "max" or bytes, of cgroups version 2 and 1. */
  private static final List<Path> LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

  private MachineMemory() {}

  /**
   * Bytes that can be used without pushing others out: {@code MemAvailable} on Linux, which counts
   * file caches as free, at most the limit of the container; elsewhere all of the machine's memory,
   * as nothing better is known.
   */
  public static long available() {
    try {
      return available(Files.readAllLines(MEMINFO, StandardCharsets.US_ASCII), limits());
    } catch (IOException e) {
      return total();
    }
  }

  /** The same from the lines of {@code /proc/meminfo} and the limits of a container. */
  static long available(List<String> meminfo, List<String> limits) {
    long least = Long.MAX_VALUE;
    for (String line : meminfo) {
      if (line.startsWith("MemAvailable:")) {
        least = Math.multiplyExact(Long.parseLong(line.replaceAll("\\D", "")), 1024);
      }
    }
    if (least == Long.MAX_VALUE) {
      least = total();
    }
    for (String limit : limits) {
      if (limit.matches("\\d{1,18}")) { // longer ones mean none
        least = Math.min(least, Long.parseLong(limit));
      }
    }
    return least;
  }

  private static List<String> limits() {
    List<String> limits = new ArrayList<>();
    for (Path path : LIMITS) {
      try {
        limits.add(Files.readString(path, StandardCharsets.US_ASCII).strip());
      } catch (IOException none) {
        continue; // no such hierarchy: no limit
      }
    }
    return limits;
  }

  private static long total() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}
