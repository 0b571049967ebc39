package dev.jora.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which processor this machine has. */
public final class MachineCpu {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private MachineCpu() {}

  /**
   * Its name: {@code model name} on Linux, what Windows holds in the environment; elsewhere the
   * instruction set, as nothing better is known.
   */
  public static String name() {
    try {
      for (String line : Files.readAllLines(CPUINFO, StandardCharsets.UTF_8)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      // no Linux
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return windows != null ? windows : System.getProperty("os.arch");
  }
}
