package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaDrivers;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.CudaProbe;
import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.cli.common.Units;
import dev.jora.exec.MachineCpu;
import dev.jora.exec.MachineMemory;
import dev.jora.kernel.KernelSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this machine can compute with.
 *
 * @param driver of the GPUs, as {@link CudaDriver#version} has it; 0 without one
 * @param release of the driver, as 550.54.14; empty where the system does not tell
 * @param absence why there are no GPUs; empty if there are
 */
record Devices(List<Gpu> gpus, int driver, String release, String absence) {
  /** Where Linux tells the release of the driver. */
  private static final Path RELEASE = Path.of("/proc/driver/nvidia/version");

  private static final Pattern NUMBER = Pattern.compile("\\b\\d{3,}\\.\\d+(\\.\\d+)?\\b");

  /**
   * A GPU.
   *
   * @param free bytes, if there is no fault
   * @param fault why it cannot be used now; empty if it can
   */
  record Gpu(int ordinal, DeviceFacts facts, long free, String fault) {
    private String name() {
      return "CUDA" + ordinal;
    }
  }

  /** Those of this machine. */
  static Devices ofMachine() {
    try (CudaDriver driver = CudaDrivers.open()) {
      return of(driver, release(RELEASE));
    } catch (CudaUnavailableException | CudaException none) {
      return new Devices(List.of(), 0, "", none.getMessage());
    }
  }

  /** The first number of a release in a file; empty if there is none. */
  static String release(Path file) {
    try {
      Matcher number = NUMBER.matcher(Files.readString(file));
      return number.find() ? number.group() : "";
    } catch (IOException | UncheckedIOException notThere) {
      return "";
    }
  }

  /** Those of a driver. */
  static Devices of(CudaDriver driver, String release) {
    List<Gpu> gpus = new ArrayList<>();
    for (int i = 0; i < driver.deviceCount(); i++) {
      DeviceFacts facts = driver.device(i);
      if (!facts.refusal().isEmpty()) {
        gpus.add(new Gpu(i, facts, 0, facts.refusal()));
        continue;
      }
      try {
        driver.enter(i);
        gpus.add(new Gpu(i, facts, driver.freeMemory(), ""));
      } catch (CudaException taken) {
        gpus.add(new Gpu(i, facts, 0, taken.getMessage()));
      }
    }
    return new Devices(gpus, driver.version(), release, "");
  }

  /** A line for each, and one of the GPUs' driver or why there is none. */
  String text() {
    KernelSelector.Choice choice = KernelSelector.best();
    StringBuilder text = new StringBuilder("Available devices:\n");
    text.append(
        "  CPU: %s (%d threads, %s free, kernels %s)\n"
            .formatted(
                MachineCpu.name(),
                Runtime.getRuntime().availableProcessors(),
                Units.bytes(MachineMemory.available()),
                choice.kernels().name()));
    for (Gpu gpu : gpus) {
      DeviceFacts facts = gpu.facts();
      text.append(
          String.format(
              Locale.ROOT,
              "  %s: %s (%s, %s, compute %d.%d, %d multiprocessors, %.0f GB/s, PCI %s)\n",
              gpu.name(),
              facts.name(),
              Units.bytes(facts.memory()),
              gpu.fault().isEmpty() ? Units.bytes(gpu.free()) + " free" : gpu.fault(),
              facts.major(),
              facts.minor(),
              facts.multiprocessors(),
              facts.bandwidth() / 1e9,
              facts.address()));
    }
    return text.append(
            absence.isEmpty()
                ? "GPU driver: %sfor CUDA %s\n"
                    .formatted(release.isEmpty() ? "" : release + ", ", CudaProbe.version(driver))
                : "No GPU: %s\n".formatted(absence))
        .toString();
  }

  /** The same as one object. */
  ObjectNode json() {
    KernelSelector.Choice choice = KernelSelector.best();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode devices = root.putArray("devices");
    devices
        .addObject()
        .put("id", "CPU")
        .put("name", MachineCpu.name())
        .put("threads", Runtime.getRuntime().availableProcessors())
        .put("free", MachineMemory.available())
        .put("kernels", choice.kernels().name());
    for (Gpu gpu : gpus) {
      DeviceFacts facts = gpu.facts();
      ObjectNode device =
          devices
              .addObject()
              .put("id", gpu.name())
              .put("name", facts.name())
              .put("capability", facts.major() + "." + facts.minor())
              .put("memory", facts.memory());
      if (gpu.fault().isEmpty()) {
        device.put("free", gpu.free());
      } else {
        device.put("fault", gpu.fault());
      }
      device
          .put("multiprocessors", facts.multiprocessors())
          .put("bandwidth", (long) facts.bandwidth())
          .put("integrated", facts.integrated())
          .put("pci", facts.address());
    }
    ObjectNode cuda = root.putObject("cuda");
    if (absence.isEmpty()) {
      cuda.put("version", CudaProbe.version(driver));
      if (!release.isEmpty()) {
        cuda.put("driver", release);
      }
    } else {
      cuda.put("absence", absence);
    }
    return root;
  }
}
