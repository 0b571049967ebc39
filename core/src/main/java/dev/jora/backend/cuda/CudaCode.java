package dev.jora.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernels of jora on a device: PTX that comes with it, loaded module by module when it is first
 * needed. The driver compiles it for the card, and keeps what it made.
 */
final class CudaCode implements AutoCloseable {
  /** The first capability with tensor cores for bytes and with asynchronous copies. */
  private static final int AMPERE = 80;

  private final CudaDriver driver;
  private final int capability;
  private final Map<String, Long> modules = new LinkedHashMap<>();
  private final Map<String, Long> functions = new HashMap<>();
  private final Map<Long, Integer> shared = new HashMap<>();

  CudaCode(CudaDriver driver, int capability) {
    this.driver = driver;
    this.capability = capability;
  }

  /** True if its PTX has tensor cores and asynchronous copies. */
  boolean hasTensorCores() {
    return capability >= AMPERE;
  }

  /** True if there is PTX of this name for the device. */
  boolean contains(String module) {
    return CudaCode.class.getResource(resource(module)) != null;
  }

  /** A kernel. */
  long function(String module, String name) {
    return functions.computeIfAbsent(name, n -> driver.function(module(module), n));
  }

  /** Lets a kernel have so much dynamic shared memory. */
  void requireShared(long function, int bytes) {
    if (bytes > 48 << 10 && bytes > shared.getOrDefault(function, 0)) {
      driver.allowShared(function, bytes);
      shared.put(function, bytes);
    }
  }

  private long module(String name) {
    Long loaded = modules.get(name);
    if (loaded == null) {
      loaded = driver.loadModule(text(resource(name)));
      modules.put(name, loaded);
    }
    return loaded;
  }

  private String resource(String module) {
    return module + (hasTensorCores() ? ".compute_80.ptx" : ".compute_61.ptx");
  }

  private static String text(String resource) {
    try (InputStream in = CudaCode.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing beside " + CudaCode.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    modules.values().forEach(driver::unloadModule);
    modules.clear();
    functions.clear();
  }
}
