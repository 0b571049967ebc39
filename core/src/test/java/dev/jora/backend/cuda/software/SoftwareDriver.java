package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.backend.cuda.FunctionFacts;
import dev.jora.backend.cuda.Grid;
import dev.jora.backend.cuda.software.SoftwareModule.Function;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Devices in software. Streams do their work at once, or, if {@linkplain #defer deferred}, when
 * somebody waits for them. What goes wrong in a kernel arrives as a {@link CudaException} whose
 * cause is a {@link DeviceFault}; the device is lost then, as a card's context would be.
 */
public final class SoftwareDriver implements CudaDriver {
  /** What can be made to fail. */
  public enum Call {
    ALLOCATE,
    ALLOCATE_HOST,
    LOAD_MODULE,
    LAUNCH,
    STREAM,
    EVENT,
    UPLOAD,
    DOWNLOAD,
    COPY,
    FILL,
    SYNCHRONIZE
  }

  private static final int VERSION = 12000;

  final PlannedFaults faults = new PlannedFaults();

  private final List<SoftwareDevice> devices = new ArrayList<>();
  private final ThreadLocal<SoftwareDevice> entered = new ThreadLocal<>();
  private final DriverMemory memory = new DriverMemory(this);
  private final DriverCode code = new DriverCode(this);
  private final DriverOrder order = new DriverOrder(this);
  private List<String> leaks;

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
    order.defer();
    return this;
  }

  /** Modules that are loaded from now on are what {@code editor} makes of their PTX. */
  public synchronized SoftwareDriver edit(UnaryOperator<String> editor) {
    code.edit(editor);
    return this;
  }

  /** Lets the n-th call of a kind from now on fail; the first is 1. A kernel's code loses all. */
  public synchronized void fail(Call call, int n, int code) {
    faults.plan(call, n, code, false);
  }

  /** Lets the n-th call of a kind from now on fail and all behind it, until {@link #mend}. */
  public synchronized void failFrom(Call call, int n, int code) {
    faults.plan(call, n, code, true);
  }

  /** No call of a kind is to fail any more. */
  public synchronized void mend(Call call) {
    faults.forget(call);
  }

  /** Lets the n-th allocation from now on find no memory; the first is 1. */
  public synchronized void failAllocation(int n) {
    fail(Call.ALLOCATE, n, CudaException.OUT_OF_MEMORY);
  }

  /** Likewise the n-th of the host's memory. */
  public synchronized void failHostAllocation(int n) {
    fail(Call.ALLOCATE_HOST, n, CudaException.OUT_OF_MEMORY);
  }

  /** Lets the n-th launch from now on fail, whereupon the device is lost. */
  public synchronized void failLaunch(int n) {
    fail(Call.LAUNCH, n, CudaException.LAUNCH_FAILED);
  }

  /** Likewise, whereupon the device is as it was. */
  public synchronized void refuseLaunch(int n) {
    fail(Call.LAUNCH, n, 701);
  }

  /** Calls of a kind so far. */
  public synchronized long calls(Call call) {
    return faults.made(call);
  }

  /** Copies to the host so far. */
  public synchronized long downloads() {
    return memory.downloads();
  }

  /** How often the host waited so far, for a stream or for a mark that was not reached. */
  public synchronized long waits() {
    return order.waits();
  }

  /** Kernels that ran so far, those of graphs included. */
  public synchronized long launches() {
    return code.launches();
  }

  /** What devices were told to do so far: copies, launches, graphs, but not what is in these. */
  public synchronized long commands() {
    return devices.stream().mapToLong(SoftwareDevice::commands).sum();
  }

  /** What a kernel moved so far; null if it never ran. */
  public synchronized Traffic traffic(String kernel) {
    return code.traffic.get(kernel);
  }

  /** Of all kernels that ran. */
  public synchronized List<Traffic> traffic() {
    return List.copyOf(code.traffic.values());
  }

  /** What was made and not freed: now, or when the driver was closed. */
  public synchronized List<String> leaks() {
    if (leaks != null) {
      return leaks;
    }
    List<String> left = memory.leaks();
    for (SoftwareDevice device : devices) {
      for (Object thing : device.handles()) {
        if (!(thing instanceof Function)) {
          left.add("%s of device %d".formatted(thing.getClass().getSimpleName(), device.ordinal));
        }
      }
    }
    return left;
  }

  @Override
  public synchronized void close() {
    leaks = leaks();
    memory.close();
    code.close();
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

  SoftwareDevice byOrdinal(int ordinal) {
    if (ordinal < 0 || ordinal >= devices.size()) {
      throw SoftwareDevice.refuse(101, "device %d of %d", ordinal, devices.size());
    }
    return devices.get(ordinal);
  }

  @Override
  public void enter(int ordinal) {
    entered.set(byOrdinal(ordinal));
  }

  List<SoftwareDevice> devices() {
    return devices;
  }

  SoftwareDevice current(String what) {
    SoftwareDevice device = currentToFree(what);
    device.use(what);
    return device;
  }

  /** Likewise, though it may be lost. */
  SoftwareDevice currentToFree(String what) {
    SoftwareDevice device = entered.get();
    if (device == null) {
      throw SoftwareDevice.refuse(201, "%s: no device was entered by this thread", what);
    }
    return device;
  }

  @Override
  public synchronized long freeMemory() {
    return current("free memory").memory.free();
  }

  // ---- memory -------------------------------------------------------------------------------

  @Override
  public synchronized long allocate(long bytes) {
    return memory.allocate(bytes);
  }

  @Override
  public synchronized void free(long address) {
    memory.free(address);
  }

  @Override
  public synchronized MemorySegment allocateHost(long bytes) {
    return memory.allocateHost(bytes);
  }

  @Override
  public synchronized void freeHost(MemorySegment memory) {
    this.memory.freeHost(memory);
  }

  @Override
  public synchronized void upload(MemorySegment src, long dst, long stream) {
    memory.upload(src, dst, stream);
  }

  @Override
  public synchronized void download(long src, MemorySegment dst, long stream) {
    memory.download(src, dst, stream);
  }

  @Override
  public synchronized void copy(long src, long dst, long bytes, long stream) {
    memory.copy(src, dst, bytes, stream);
  }

  @Override
  public synchronized void copyFrom(int from, long src, long dst, long bytes, long stream) {
    memory.copyFrom(from, src, dst, bytes, stream);
  }

  @Override
  public synchronized void fill(long address, byte value, long bytes, long stream) {
    memory.fill(address, value, bytes, stream);
  }

  // ---- code ---------------------------------------------------------------------------------

  @Override
  public synchronized long loadModule(String ptx) {
    return code.loadModule(ptx);
  }

  @Override
  public synchronized void unloadModule(long module) {
    code.unloadModule(module);
  }

  @Override
  public synchronized long function(long module, String name) {
    return code.function(module, name);
  }

  @Override
  public synchronized void allowShared(long function, int bytes) {
    code.allowShared(function, bytes);
  }

  @Override
  public synchronized FunctionFacts facts(long function) {
    return code.facts(function);
  }

  @Override
  public synchronized void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream) {
    code.launch(function, blocks, threads, shared, params, stream);
  }

  // ---- order ---------------------------------------------------------------------------------

  @Override
  public synchronized long newStream() {
    return order.newStream();
  }

  @Override
  public synchronized void freeStream(long stream) {
    order.freeStream(stream);
  }

  @Override
  public synchronized void synchronize(long stream) {
    order.synchronize(stream);
  }

  @Override
  public synchronized long newEvent() {
    return order.newEvent();
  }

  @Override
  public synchronized void freeEvent(long event) {
    order.freeEvent(event);
  }

  @Override
  public synchronized void record(long event, long stream) {
    order.record(event, stream);
  }

  @Override
  public synchronized void await(long event) {
    order.await(event);
  }

  @Override
  public synchronized void waitFor(long stream, long event) {
    order.waitFor(stream, event);
  }

  @Override
  public synchronized float elapsed(long from, long to) {
    return order.elapsed(from, to);
  }

  @Override
  public synchronized void beginCapture(long stream) {
    order.beginCapture(stream);
  }

  @Override
  public synchronized long endCapture(long stream) {
    return order.endCapture(stream);
  }

  @Override
  public synchronized void launchGraph(long graph, long stream) {
    order.launchGraph(graph, stream);
  }

  @Override
  public synchronized void freeGraph(long graph) {
    order.freeGraph(graph);
  }
}
