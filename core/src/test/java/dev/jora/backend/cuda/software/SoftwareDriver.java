package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.backend.cuda.FunctionFacts;
import dev.jora.backend.cuda.Grid;
import dev.jora.backend.cuda.software.SoftwareModule.Function;
import dev.jora.backend.cuda.software.SoftwareStream.Event;
import dev.jora.backend.cuda.software.SoftwareStream.Graph;
import dev.jora.backend.cuda.software.SoftwareStream.Mark;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Devices in software. Streams do their work at once, or, if {@linkplain #defer deferred}, when
 * somebody waits for them. What goes wrong in a kernel arrives as a {@link CudaException} whose
 * cause is a {@link DeviceFault}; the device is lost then, as a card's context would be.
 */
public final class SoftwareDriver implements CudaDriver {
  private static final int VERSION = 12000;
  private static final int PTX = 80;
  private static final int INVALID = 1;
  private static final int PLAIN_SHARED = 48 << 10;
  private static final int THREADS = 1024;

  private final List<SoftwareDevice> devices = new ArrayList<>();
  private final ThreadLocal<SoftwareDevice> entered = new ThreadLocal<>();
  private final Map<Long, String> allocations = new LinkedHashMap<>();
  private final Map<Long, Arena> hosts = new LinkedHashMap<>();
  private final Map<String, PtxModule> parsed = new HashMap<>();
  private final Map<String, Traffic> traffic = new LinkedHashMap<>();
  private final Runner runner = new Runner();
  private List<String> leaks;
  private boolean deferred;
  private long handle = 0x1000;
  private long failAllocation = -1;
  private long failLaunch = -1;
  private long launches;

  /** Devices of compute capability 8.0 with so many bytes each. */
  public SoftwareDriver(int devices, long bytesEach) {
    this(devices, bytesEach, 80);
  }

  /** Devices of a compute capability, as 61. */
  public SoftwareDriver(int devices, long bytesEach, int capability) {
    for (int i = 0; i < devices; i++) {
      this.devices.add(new SoftwareDevice(i, bytesEach, capability));
    }
  }

  /** Streams that are made from now on do nothing until somebody waits for them. */
  public synchronized SoftwareDriver defer() {
    deferred = true;
    return this;
  }

  /** Lets the n-th allocation from now on find no memory; the first is 1. */
  public synchronized void failAllocation(int n) {
    failAllocation = n;
  }

  /** Lets the n-th launch from now on fail, whereupon the device is lost. */
  public synchronized void failLaunch(int n) {
    failLaunch = n;
  }

  /** Kernels that ran so far, those of graphs included. */
  public synchronized long launches() {
    return launches;
  }

  /** What a kernel moved so far; null if it never ran. */
  public synchronized Traffic traffic(String kernel) {
    return traffic.get(kernel);
  }

  /** Of all kernels that ran. */
  public synchronized List<Traffic> traffic() {
    return List.copyOf(traffic.values());
  }

  /** What was made and not freed: now, or when the driver was closed. */
  public synchronized List<String> leaks() {
    if (leaks != null) {
      return leaks;
    }
    List<String> left = new ArrayList<>(allocations.values());
    hosts.forEach((address, arena) -> left.add("host memory at 0x%x".formatted(address)));
    for (SoftwareDevice device : devices) {
      for (Object thing : device.handles.values()) {
        if (!(thing instanceof Function)) {
          left.add(
              "%s of device %d"
                  .formatted(thing.getClass().getSimpleName(), devices.indexOf(device)));
        }
      }
    }
    return left;
  }

  @Override
  public synchronized void close() {
    leaks = leaks();
    hosts.values().forEach(Arena::close);
    hosts.clear();
    runner.close();
  }

  // ---- devices ------------------------------------------------------------------------------

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public int deviceCount() {
    return devices.size();
  }

  @Override
  public DeviceFacts device(int ordinal) {
    return byOrdinal(ordinal).facts;
  }

  private SoftwareDevice byOrdinal(int ordinal) {
    if (ordinal < 0 || ordinal >= devices.size()) {
      throw SoftwareDevice.refuse(101, "device %d of %d", ordinal, devices.size());
    }
    return devices.get(ordinal);
  }

  @Override
  public void enter(int ordinal) {
    entered.set(byOrdinal(ordinal));
  }

  private SoftwareDevice current(String what) {
    SoftwareDevice device = entered.get();
    if (device == null) {
      throw SoftwareDevice.refuse(201, "%s: no device was entered by this thread", what);
    }
    device.use(what);
    return device;
  }

  @Override
  public synchronized long freeMemory() {
    return current("free memory").memory.free();
  }

  // ---- memory -------------------------------------------------------------------------------

  @Override
  public synchronized long allocate(long bytes) {
    SoftwareDevice device = current("allocation");
    notCapturing(device, "allocation");
    if (bytes <= 0) {
      throw SoftwareDevice.refuse(INVALID, "allocation of %d bytes", bytes);
    }
    boolean fail = failAllocation > 0 && --failAllocation == 0;
    Allocation made = fail ? null : device.memory.allocate(bytes, null);
    if (made == null) {
      throw SoftwareDevice.refuse(
          CudaException.OUT_OF_MEMORY,
          "allocation of %d bytes, %d are free",
          bytes,
          device.memory.free());
    }
    allocations.put(
        made.base,
        "allocation %s of %d bytes of device %d"
            .formatted(made.name, bytes, devices.indexOf(device)));
    return made.base;
  }

  private static void notCapturing(SoftwareDevice device, String what) {
    for (Object thing : device.handles.values()) {
      if (thing instanceof SoftwareStream stream && stream.graph != null) {
        throw SoftwareDevice.refuse(900, "%s", what);
      }
    }
  }

  @Override
  public synchronized void free(long address) {
    SoftwareDevice device = current("free");
    notCapturing(device, "free");
    all(device, SoftwareStream.class).forEach(SoftwareStream::finish);
    if (allocations.remove(address) == null || !device.memory.free(address)) {
      throw SoftwareDevice.refuse(INVALID, "free of 0x%x, which was not allocated here", address);
    }
  }

  @Override
  public synchronized MemorySegment allocateHost(long bytes) {
    current("host allocation");
    Arena arena = Arena.ofShared();
    MemorySegment made = arena.allocate(bytes, 64);
    hosts.put(made.address(), arena);
    return made;
  }

  @Override
  public synchronized void freeHost(MemorySegment memory) {
    Arena arena = hosts.remove(memory.address());
    if (arena == null) {
      throw SoftwareDevice.refuse(INVALID, "free of host memory that was not allocated here");
    }
    for (SoftwareDevice device : devices) {
      all(device, SoftwareStream.class).forEach(SoftwareStream::finish);
    }
    arena.close();
  }

  private static Allocation range(SoftwareDevice device, String what, long address, long bytes) {
    Allocation found = device.memory.find(address, bytes);
    if (found == null) {
      throw SoftwareDevice.refuse(
          INVALID,
          "%s of %d bytes at 0x%x, %s",
          what,
          bytes,
          address,
          device.memory.describe(address + Math.max(bytes, 1) - 1));
    }
    return found;
  }

  private static void isNative(MemorySegment memory) {
    if (!memory.isNative()) {
      throw SoftwareDevice.refuse(INVALID, "copy with memory that is not native");
    }
  }

  @Override
  public synchronized void upload(MemorySegment src, long dst, long stream) {
    SoftwareDevice device = current("upload");
    isNative(src);
    range(device, "upload", dst, src.byteSize());
    give(
        device,
        stream,
        () -> {
          Allocation to = range(device, "upload", dst, src.byteSize());
          int at = (int) (dst - to.base);
          MemorySegment.copy(src, 0, MemorySegment.ofArray(to.bytes), at, src.byteSize());
          to.wrote(at, (int) src.byteSize());
        });
  }

  @Override
  public synchronized void download(long src, MemorySegment dst, long stream) {
    SoftwareDevice device = current("download");
    isNative(dst);
    range(device, "download", src, dst.byteSize());
    give(
        device,
        stream,
        () -> {
          Allocation from = range(device, "download", src, dst.byteSize());
          MemorySegment.copy(
              MemorySegment.ofArray(from.bytes), src - from.base, dst, 0, dst.byteSize());
        });
  }

  @Override
  public synchronized void copy(long src, long dst, long bytes, long stream) {
    SoftwareDevice device = current("copy");
    copy(device, src, device, dst, bytes, stream);
  }

  @Override
  public synchronized void copyFrom(int from, long src, long dst, long bytes, long stream) {
    SoftwareDevice device = current("copy");
    byOrdinal(from).use("copy");
    copy(byOrdinal(from), src, device, dst, bytes, stream);
  }

  private void copy(
      SoftwareDevice from, long src, SoftwareDevice to, long dst, long bytes, long stream) {
    range(from, "copy from", src, bytes);
    range(to, "copy to", dst, bytes);
    give(
        to,
        stream,
        () -> {
          Allocation a = range(from, "copy from", src, bytes);
          Allocation b = range(to, "copy to", dst, bytes);
          Allocation.copy(a, (int) (src - a.base), b, (int) (dst - b.base), (int) bytes);
        });
  }

  @Override
  public synchronized void fill(long address, byte value, long bytes, long stream) {
    SoftwareDevice device = current("fill");
    range(device, "fill", address, bytes);
    give(
        device,
        stream,
        () -> {
          Allocation to = range(device, "fill", address, bytes);
          int at = (int) (address - to.base);
          Arrays.fill(to.bytes, at, at + (int) bytes, value);
          to.wrote(at, (int) bytes);
        });
  }

  // ---- code ---------------------------------------------------------------------------------

  @Override
  public synchronized long loadModule(String ptx) {
    SoftwareDevice device = current("module");
    PtxModule code = parsed.get(ptx);
    if (code == null) {
      try {
        code = PtxParser.parse(ptx);
      } catch (PtxException e) {
        throw SoftwareDevice.refuse(218, "module: %s", e.getMessage());
      }
      parsed.put(ptx, code);
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
    return put(device, module);
  }

  @Override
  public synchronized void unloadModule(long module) {
    SoftwareDevice device = current("unload");
    SoftwareModule gone = take(device, module, SoftwareModule.class);
    gone.unload(device.memory);
    device.handles.values().removeIf(t -> t instanceof Function f && f.module == gone);
  }

  @Override
  public synchronized long function(long module, String name) {
    SoftwareDevice device = current("function");
    SoftwareModule from = get(device, module, SoftwareModule.class);
    PtxKernel kernel = from.code.kernels().get(name);
    if (kernel == null) {
      throw SoftwareDevice.refuse(500, "kernel %s", name);
    }
    return put(device, new Function(from, kernel));
  }

  @Override
  public synchronized void allowShared(long function, int bytes) {
    SoftwareDevice device = current("shared memory");
    Function f = get(device, function, Function.class);
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

  @Override
  public synchronized FunctionFacts facts(long function) {
    PtxKernel kernel = get(current("facts"), function, Function.class).kernel;
    int registers = Math.min(255, kernel.ints() + 2 * kernel.longs());
    return new FunctionFacts(
        registers, kernel.stackBytes(), kernel.sharedBytes(), kernel.maxThreads());
  }

  @Override
  public synchronized void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream) {
    SoftwareDevice device = current("launch");
    Function f = get(device, function, Function.class);
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
    give(device, stream, () -> run(device, launch));
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
    String name = launch.kernel().name();
    launches++;
    if (failLaunch > 0 && --failLaunch == 0) {
      throw device.lose("launch of " + name, CudaException.LAUNCH_FAILED, null);
    }
    try {
      runner.run(launch);
    } catch (DeviceFault e) {
      throw device.lose(e.getMessage(), e.code(), e);
    } catch (PtxException e) {
      throw device.lose(e.getMessage(), CudaException.LAUNCH_FAILED, e);
    }
  }

  // ---- order --------------------------------------------------------------------------------

  private long put(SoftwareDevice device, Object thing) {
    device.handles.put(++handle, thing);
    return handle;
  }

  private static <T> T get(SoftwareDevice device, long handle, Class<T> type) {
    Object thing = device.handles.get(handle);
    if (!type.isInstance(thing)) {
      throw SoftwareDevice.refuse(
          400,
          "handle %d is no %s of the device",
          handle,
          type.getSimpleName().replace("Software", ""));
    }
    return type.cast(thing);
  }

  private static <T> T take(SoftwareDevice device, long handle, Class<T> type) {
    T thing = get(device, handle, type);
    device.handles.remove(handle);
    return thing;
  }

  private static <T> List<T> all(SoftwareDevice device, Class<T> type) {
    return device.handles.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static void give(SoftwareDevice device, long stream, Runnable work) {
    get(device, stream, SoftwareStream.class).give(work);
  }

  @Override
  public synchronized long newStream() {
    return put(current("stream"), new SoftwareStream(deferred));
  }

  @Override
  public synchronized void freeStream(long stream) {
    take(current("stream"), stream, SoftwareStream.class).finish();
  }

  @Override
  public synchronized void synchronize(long stream) {
    SoftwareStream s = get(current("synchronize"), stream, SoftwareStream.class);
    if (s.graph != null) {
      throw SoftwareDevice.refuse(900, "synchronize");
    }
    s.finish();
  }

  @Override
  public synchronized long newEvent() {
    return put(current("event"), new Event());
  }

  @Override
  public synchronized void freeEvent(long event) {
    take(current("event"), event, Event.class);
  }

  /** Events are waited for from other devices too. */
  private Event event(long handle) {
    for (SoftwareDevice device : devices) {
      if (device.handles.get(handle) instanceof Event event) {
        return event;
      }
    }
    throw SoftwareDevice.refuse(400, "handle %d is no event", handle);
  }

  @Override
  public synchronized void record(long event, long stream) {
    SoftwareDevice device = current("record");
    Event e = get(device, event, Event.class);
    Mark mark = new Mark(get(device, stream, SoftwareStream.class));
    e.mark = mark;
    mark.stream.give(mark::pass);
  }

  @Override
  public synchronized void await(long event) {
    current("await");
    Mark mark = event(event).mark;
    if (mark != null && mark.graph != null) {
      throw SoftwareDevice.refuse(900, "await");
    }
    if (mark != null) {
      mark.reach();
    }
  }

  @Override
  public synchronized void waitFor(long stream, long event) {
    SoftwareStream s = get(current("wait"), stream, SoftwareStream.class);
    Mark mark = event(event).mark;
    if (mark == null) {
      return;
    }
    if (mark.graph != null) {
      if (s.graph == null) {
        s.capture(mark.graph);
      }
    } else if (s.graph != null) {
      throw SoftwareDevice.refuse(901, "wait in a capture for an event from outside");
    } else {
      s.give(mark::reach);
    }
  }

  @Override
  public synchronized float elapsed(long from, long to) {
    current("elapsed");
    Mark a = event(from).mark;
    Mark b = event(to).mark;
    if (a == null || b == null || !a.reached || !b.reached) {
      throw SoftwareDevice.refuse(600, "elapsed");
    }
    return (b.nanos - a.nanos) / 1e6f;
  }

  // ---- graphs -------------------------------------------------------------------------------

  @Override
  public synchronized void beginCapture(long stream) {
    SoftwareStream s = get(current("capture"), stream, SoftwareStream.class);
    if (s.graph != null) {
      throw SoftwareDevice.refuse(900, "capture");
    }
    s.capture(new Graph());
  }

  @Override
  public synchronized long endCapture(long stream) {
    SoftwareDevice device = current("capture");
    SoftwareStream s = get(device, stream, SoftwareStream.class);
    Graph graph = s.graph;
    if (graph == null || graph.streams.get(0) != s) {
      throw SoftwareDevice.refuse(901, "end of a capture that was not begun");
    }
    graph.streams.forEach(one -> one.graph = null);
    return put(device, graph);
  }

  @Override
  public synchronized void launchGraph(long graph, long stream) {
    SoftwareDevice device = current("graph");
    List<Runnable> nodes = get(device, graph, Graph.class).nodes;
    give(device, stream, () -> nodes.forEach(Runnable::run));
  }

  @Override
  public synchronized void freeGraph(long graph) {
    take(current("graph"), graph, Graph.class);
  }
}
