package dev.jora.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether there is a driver that jora can use. The driver itself is asked, before anything of JCuda
 * is loaded, which fails but once and at length.
 */
public sealed interface CudaProbe {
  /** The oldest driver that takes jora's code, as {@link CudaDriver#version} has it. */
  int NEEDED = 12000;

  /**
   * There is one.
   *
   * @param version as {@link CudaDriver#version} has it
   * @param devices one or more
   */
  record Found(int version, int devices) implements CudaProbe {}

  /** There is none, or it is of no use; the sentence says why, and what to do where that helps. */
  record Absent(Reason reason, String sentence) implements CudaProbe {}

  /** Why there are no devices. */
  enum Reason {
    /** Nobody could have one: another system or processor. */
    PLATFORM,
    /** No driver is installed. */
    NO_DRIVER,
    /** The JVM may not call it. */
    FORBIDDEN,
    /** Its code is older than ours. */
    TOO_OLD,
    /** A driver without a card. */
    NO_DEVICE,
    /** A library that does not belong to the driver. */
    MISMATCH,
    /** A driver that does not start. */
    BROKEN
  }

  /** Of this machine; the driver is asked once. */
  static CudaProbe ofMachine() {
    return Machine.PROBE;
  }

  /** What is remembered: made when it is first asked for. */
  final class Machine {
    private static final CudaProbe PROBE = probe();

    private Machine() {}

    private static CudaProbe probe() {
      String system = System.getProperty("os.name");
      String processor = System.getProperty("os.arch");
      if (!isServed(system, processor)) {
        return new Absent(
            Reason.PLATFORM,
            "GPUs are used on Linux and Windows on x86-64, and this is %s on %s"
                .formatted(system, processor));
      }
      try {
        Optional<SymbolLookup> library = CudaLibrary.load();
        return library.isPresent()
            ? CudaProbe.of(library.get(), System.getenv("CUDA_VISIBLE_DEVICES"))
            : notLoaded(CudaLibrary.folders(System.getenv("LD_LIBRARY_PATH")));
      } catch (IllegalCallerException denied) {
        return new Absent(Reason.FORBIDDEN, "the JVM was told not to let jora call native code");
      }
    }
  }

  /** Whether JCuda has a library for a system and a processor, as the JVM names them. */
  static boolean isServed(String system, String processor) {
    String name = system.toLowerCase(Locale.ROOT);
    boolean known = name.equals("linux") || name.startsWith("windows");
    return known && (processor.equals("amd64") || processor.equals("x86_64"));
  }

  /** Of a library that the system does not load: it is in none of these folders, or of no use. */
  static Absent notLoaded(List<String> folders) {
    return CudaLibrary.file(folders)
        .map(
            file ->
                new Absent(
                    Reason.BROKEN,
                    "%s cannot be loaded: it is damaged, or for another processor".formatted(file)))
        .orElseGet(
            () ->
                new Absent(
                    Reason.NO_DRIVER,
                    "there is no NVIDIA driver: %s is not among the system's libraries"
                        .formatted(CudaLibrary.name())));
  }

  /**
   * Asks a driver.
   *
   * @param library its functions
   * @param visible value of {@code CUDA_VISIBLE_DEVICES}, or null
   */
  static CudaProbe of(SymbolLookup library, String visible) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      int code = CudaLibrary.call(library, "cuDriverGetVersion", number);
      int version = number.get(ValueLayout.JAVA_INT, 0);
      if (code == 0 && version < NEEDED) {
        return new Absent(
            Reason.TOO_OLD,
            "the NVIDIA driver is too old: it is good for CUDA %s, and 12.0 is needed: install 525 or later"
                .formatted(version(version)));
      }
      code = code == 0 ? CudaLibrary.call(library, "cuInit", 0) : code;
      code = code == 0 ? CudaLibrary.call(library, "cuDeviceGetCount", number) : code;
      if (code != 0) {
        return refusal(code, visible);
      }
      int devices = number.get(ValueLayout.JAVA_INT, 0);
      return devices > 0 ? new Found(version, devices) : refusal(CudaException.NO_DEVICE, visible);
    } catch (java.util.NoSuchElementException strange) {
      return new Absent(
          Reason.MISMATCH,
          "%s is not an NVIDIA driver's: %s".formatted(CudaLibrary.name(), strange.getMessage()));
    }
  }

  /** A version in the usual form: 12.4 for 12040. */
  static String version(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private static Absent refusal(int code, String visible) {
    return switch (code) {
      case CudaException.NO_DEVICE ->
          new Absent(
              Reason.NO_DEVICE,
              visible == null
                  ? "the NVIDIA driver finds no GPU"
                  : "the NVIDIA driver finds no GPU (CUDA_VISIBLE_DEVICES is '%s')"
                      .formatted(visible));
      case 34 ->
          new Absent(
              Reason.MISMATCH,
              "%s is a toolkit's stand-in for a driver: take its folder out of the library path"
                  .formatted(CudaLibrary.name()));
      case 803 ->
          new Absent(
              Reason.MISMATCH,
              "the NVIDIA driver's library and its kernel module are of different versions:"
                  + " restart the machine");
      case 804 ->
          new Absent(
              Reason.MISMATCH,
              "%s is of a compatibility package that this GPU cannot use: take it out of the library path"
                  .formatted(CudaLibrary.name()));
      case 802 ->
          new Absent(
              Reason.BROKEN,
              "the NVIDIA driver is not ready: wait, or see whether its fabric manager runs");
      case 999 ->
          new Absent(
              Reason.BROKEN,
              "the NVIDIA driver does not start (CUDA error 999): its kernel module may be missing,"
                  + " or lost since the machine slept; nvidia-smi tells more");
      default ->
          new Absent(
              Reason.BROKEN,
              "the NVIDIA driver does not start (CUDA error %d): nvidia-smi tells more"
                  .formatted(code));
    };
  }
}
