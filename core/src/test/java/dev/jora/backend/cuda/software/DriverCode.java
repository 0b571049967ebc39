package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.FunctionFacts;
import dev.jora.backend.cuda.Grid;
import dev.jora.backend.cuda.software.SoftwareDriver.Call;
import dev.jora.backend.cuda.software.SoftwareModule.Function;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The driver's calls on modules and kernels. */
final class DriverCode {
  private static final int PTX = 80;
  private static final int INVALID = 1;
  private static final int PLAIN_SHARED = 48 << 10;
  private static final int THREADS = 1024;

  /** What jora's own texts are, which many tests load: read once, never changed. */
  private static final Map<String, PtxModule> READ = new ConcurrentHashMap<>();

  private final SoftwareDriver driver;
  private final Runner runner = new Runner();

  /** What kernels moved, by their names. */
  final Map<String, Traffic> traffic = new LinkedHashMap<>();

  private UnaryOperator<String> editor = UnaryOperator.identity();
  private long launches;

  DriverCode(SoftwareDriver driver) {
    this.driver = driver;
  }

  void edit(UnaryOperator<String> editor) {
    this.editor = editor;
  }

  long launches() {
    return launches;
  }

  void close() {
    runner.close();
  }

  long loadModule(String given) {
    String ptx = editor.apply(given);
    SoftwareDevice device = driver.current("module");
    driver.faults.meet(Call.LOAD_MODULE, device, "module");
    PtxModule code;
    try {
      code = ptx.equals(given) ? READ.computeIfAbsent(ptx, PtxParser::parse) : PtxParser.parse(ptx);
    } catch (PtxException e) {
      throw SoftwareDevice.refuse(218, "module: %s", e.getMessage());
    }
    if (code.version() > PTX) {
      throw SoftwareDevice.refuse(
          CudaException.UNSUPPORTED_PTX_VERSION, "module of PTX %.1f", code.version() / 10.0);
    }
    if (code.target() > device.facts.capability()) {
      throw SoftwareDevice.refuse(
          209, "module for compute %d on %d", code.target(), device.facts.capability());
    }
    SoftwareModule module = SoftwareModule.load(code, device.memory);
    if (module == null) {
      throw SoftwareDevice.refuse(CudaException.OUT_OF_MEMORY, "module's variables");
    }
    return device.put(module);
  }

  void unloadModule(long module) {
    SoftwareDevice device = driver.currentToFree("unload");
    SoftwareModule gone = device.take(module, SoftwareModule.class);
    gone.unload(device.memory);
    device.handles().removeIf(t -> t instanceof Function f && f.module == gone);
  }

  long function(long module, String name) {
    SoftwareDevice device = driver.current("function");
    SoftwareModule from = device.get(module, SoftwareModule.class);
    PtxKernel kernel = from.code.kernels().get(name);
    if (kernel == null) {
      throw SoftwareDevice.refuse(500, "kernel %s", name);
    }
    return device.put(new Function(from, kernel));
  }

  void allowShared(long function, int bytes) {
    SoftwareDevice device = driver.current("shared memory");
    Function f = device.get(function, Function.class);
    if (bytes < 0 || bytes + f.kernel.sharedBytes() > device.facts.sharedBytes()) {
      throw SoftwareDevice.refuse(
          INVALID,
          "%s: %d bytes of shared memory, of %d",
          f.kernel.name(),
          bytes,
          device.facts.sharedBytes());
    }
    f.allowed = bytes;
  }

  FunctionFacts facts(long function) {
    PtxKernel kernel = driver.current("facts").get(function, Function.class).kernel;
    int registers = Math.min(255, kernel.ints() + 2 * kernel.longs());
    return new FunctionFacts(
        registers, kernel.stackBytes(), kernel.sharedBytes(), kernel.maxThreads());
  }

  void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream) {
    SoftwareDevice device = driver.current("launch");
    Function f = device.get(function, Function.class);
    check(f, blocks, threads, shared, params);
    byte[] bytes = new byte[f.kernel.paramBytes()];
    MemorySegment.copy(params, 0, MemorySegment.ofArray(bytes), 0, bytes.length);
    Launch launch =
        new Launch(
            f.kernel,
            f.module.symbols,
            device.memory,
            blocks,
            threads,
            shared,
            bytes,
            traffic.computeIfAbsent(f.kernel.name(), Traffic::new));
    device.give(stream, () -> run(device, launch));
  }

  private static void check(
      Function f, Grid blocks, int threads, int shared, MemorySegment params) {
    PtxKernel kernel = f.kernel;
    String name = kernel.name();
    if (threads < 1 || threads > THREADS || threads > kernel.maxThreads()) {
      throw SoftwareDevice.refuse(
          INVALID, "launch of %s with %d threads, at most %d", name, threads, kernel.maxThreads());
    }
    if (blocks.x() < 1
        || blocks.y() < 1
        || blocks.z() < 1
        || blocks.y() > 65535
        || blocks.z() > 65535) {
      throw SoftwareDevice.refuse(INVALID, "launch of %s with %s", name, blocks);
    }
    int all = shared + kernel.sharedBytes();
    if (shared < 0 || all > Math.max(PLAIN_SHARED, f.allowed + kernel.sharedBytes())) {
      throw SoftwareDevice.refuse(
          INVALID,
          "launch of %s with %d bytes of shared memory, allowed are %d",
          name,
          all,
          Math.max(PLAIN_SHARED, f.allowed + kernel.sharedBytes()));
    }
    long padded = (kernel.paramBytes() + kernel.paramAlign() - 1L) / kernel.paramAlign();
    if (params.byteSize() != kernel.paramBytes()
        && params.byteSize() != padded * kernel.paramAlign()) {
      throw SoftwareDevice.refuse(
          INVALID,
          "launch of %s with %d bytes of parameters, it has %d",
          name,
          params.byteSize(),
          kernel.paramBytes());
    }
  }

  private void run(SoftwareDevice device, Launch launch) {
    launches++;
    driver.faults.meet(Call.LAUNCH, device, "launch of " + launch.kernel().name());
    try {
      runner.run(launch);
    } catch (DeviceFault e) {
      throw device.lose(e.getMessage(), e.code(), e);
    } catch (PtxException e) {
      throw device.lose(e.getMessage(), CudaException.LAUNCH_FAILED, e);
    }
  }
}
