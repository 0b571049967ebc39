package dev.jora.backend.cuda;

import static jcuda.driver.JCudaDriver.cuCtxGetCurrent;
import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuFuncGetAttribute;
import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyPeerAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataEx;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import dev.jora.backend.cuda.JCudaTypes.DeviceAddress;
import dev.jora.backend.cuda.JCudaTypes.Event;
import dev.jora.backend.cuda.JCudaTypes.Function;
import dev.jora.backend.cuda.JCudaTypes.Graph;
import dev.jora.backend.cuda.JCudaTypes.HostAddress;
import dev.jora.backend.cuda.JCudaTypes.Module;
import dev.jora.backend.cuda.JCudaTypes.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUgraph;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUresult;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;

/**
 * The driver of this machine, through JCuda, which nobody else knows. Handles are the driver's own.
 * Only the launch of a kernel goes to the driver directly: JCuda takes a microsecond for it, a
 * plain call a twentieth of that.
 */
final class JCudaDriver implements CudaDriver {
  private static final int LOG_BYTES = 16 * 1024;
  private static final FunctionDescriptor LAUNCH =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG, // function
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT, // blocks
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT, // threads
          ValueLayout.JAVA_INT, // shared memory
          ValueLayout.JAVA_LONG, // stream
          ValueLayout.JAVA_LONG, // addresses of the parameters
          ValueLayout.JAVA_LONG); // nothing more

  private final MethodHandle launch;

  /**
   * Where the address of a launch's one parameter stands: the driver copies it before it returns.
   */
  private final ThreadLocal<MemorySegment> parameter =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG));

  private final Map<Integer, CUcontext> contexts = new ConcurrentHashMap<>();
  private final Handles<Module> modules = new Handles<>("module");
  private final Handles<Function> functions = new Handles<>("function");
  private final Handles<Stream> streams = new Handles<>("stream");
  private final Handles<Event> events = new Handles<>("event");
  private final Handles<Graph> graphs = new Handles<>("graph");

  private JCudaDriver(SymbolLookup library) {
    launch = CudaLibrary.function(library, "cuLaunchKernel", LAUNCH);
    check(cuInit(0), "starting the driver");
  }

  /**
   * Opens it.
   *
   * @throws IOException if there is no folder to keep JCuda's library in
   * @throws LinkageError if the system does not load it
   */
  static CudaDriver open() throws IOException {
    JCudaNatives.load(() -> jcuda.driver.JCudaDriver.setExceptionsEnabled(false));
    return new JCudaDriver(CudaLibrary.load().orElseThrow());
  }

  // ---- devices ------------------------------------------------------------------------------

  @Override
  public int version() {
    int[] version = new int[1];
    check(cuDriverGetVersion(version), "asking for the driver's version");
    return version[0];
  }

  @Override
  public int deviceCount() {
    int[] count = new int[1];
    check(cuDeviceGetCount(count), "counting devices");
    return count[0];
  }

  @Override
  public DeviceFacts device(int ordinal) {
    CUdevice device = handle(ordinal);
    byte[] name = new byte[256];
    check(cuDeviceGetName(name, name.length, device), "asking for the name of device %d", ordinal);
    long[] memory = new long[1];
    check(cuDeviceTotalMem(memory, device), "asking for the memory of device %d", ordinal);
    return new DeviceFacts(
        text(name),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        memory[0],
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE) / 1000,
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_INTEGRATED) != 0,
        "%04x:%02x:%02x"
            .formatted(
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PCI_BUS_ID),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID)));
  }

  private static CUdevice handle(int ordinal) {
    CUdevice device = new CUdevice();
    check(cuDeviceGet(device, ordinal), "asking for device %d", ordinal);
    return device;
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    check(cuDeviceGetAttribute(value, attribute, device), "asking for attribute %d", attribute);
    return value[0];
  }

  @Override
  public void enter(int ordinal) {
    check(cuCtxSetCurrent(context(ordinal)), "entering device %d", ordinal);
  }

  private CUcontext context(int ordinal) {
    return contexts.computeIfAbsent(
        ordinal,
        key -> {
          CUcontext context = new CUcontext();
          check(
              cuDevicePrimaryCtxRetain(context, handle(key)), "making a context on device %d", key);
          return context;
        });
  }

  @Override
  public long freeMemory() {
    long[] free = new long[1];
    check(cuMemGetInfo(free, new long[1]), "asking for free memory");
    return free[0];
  }

  // ---- memory -------------------------------------------------------------------------------

  @Override
  public long allocate(long bytes) {
    DeviceAddress address = new DeviceAddress();
    check(cuMemAlloc(address, bytes), "allocating %d bytes on the device", bytes);
    return address.handle();
  }

  @Override
  public void free(long address) {
    freed(cuMemFree(at(address)), "freeing device memory at %#x", address);
  }

  @Override
  @SuppressWarnings("restricted") // the driver's memory as it says
  public MemorySegment allocateHost(long bytes) {
    HostAddress address = new HostAddress(0);
    check(
        cuMemHostAlloc(address, bytes, jcuda.driver.JCudaDriver.CU_MEMHOSTALLOC_PORTABLE),
        "allocating %d bytes of the host for the device",
        bytes);
    return MemorySegment.ofAddress(address.handle()).reinterpret(bytes);
  }

  @Override
  public void freeHost(MemorySegment memory) {
    freed(cuMemFreeHost(host(memory)), "freeing %d bytes of the host", memory.byteSize());
  }

  @Override
  public void upload(MemorySegment src, long dst, long stream) {
    check(
        cuMemcpyHtoDAsync(at(dst), host(src), src.byteSize(), streams.get(stream)),
        "copying %d bytes to the device at %#x",
        src.byteSize(),
        dst);
  }

  @Override
  public void download(long src, MemorySegment dst, long stream) {
    check(
        cuMemcpyDtoHAsync(host(dst), at(src), dst.byteSize(), streams.get(stream)),
        "copying %d bytes from the device at %#x",
        dst.byteSize(),
        src);
  }

  @Override
  public void copy(long src, long dst, long bytes, long stream) {
    check(
        cuMemcpyDtoDAsync(at(dst), at(src), bytes, streams.get(stream)),
        "copying %d bytes on the device from %#x to %#x",
        bytes,
        src,
        dst);
  }

  @Override
  public void copyFrom(int from, long src, long dst, long bytes, long stream) {
    CUcontext here = new CUcontext();
    check(cuCtxGetCurrent(here), "asking for the entered device");
    check(
        cuMemcpyPeerAsync(at(dst), here, at(src), context(from), bytes, streams.get(stream)),
        "copying %d bytes from %#x on device %d to %#x",
        bytes,
        src,
        from,
        dst);
  }

  @Override
  public void fill(long address, byte value, long bytes, long stream) {
    check(
        cuMemsetD8Async(at(address), value, bytes, streams.get(stream)),
        "filling %d bytes on the device at %#x",
        bytes,
        address);
  }

  // ---- code ---------------------------------------------------------------------------------

  @Override
  public long loadModule(String ptx) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment log = arena.allocate(LOG_BYTES);
      int[] options = {
        CUjit_option.CU_JIT_ERROR_LOG_BUFFER, CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES
      };
      Pointer values = Pointer.to(host(log), at(LOG_BYTES)); // a number, as an address is one
      Module module = new Module();
      int code =
          cuModuleLoadDataEx(
              module, host(arena.allocateFrom(ptx)), options.length, options, values);
      String words = code == 0 ? "" : log.getString(0).strip();
      check(code, "compiling PTX%s", words.isEmpty() ? "" : " (" + words + ")");
      return modules.put(module.handle(), module);
    }
  }

  @Override
  public void unloadModule(long module) {
    Module gone = modules.remove(module);
    functions.removeIf(function -> function.isOf(gone));
    freed(cuModuleUnload(gone), "unloading a module");
  }

  @Override
  public long function(long module, String name) {
    Module owner = modules.get(module);
    Function function = new Function(owner);
    check(cuModuleGetFunction(function, owner, name), "looking for kernel %s", name);
    return functions.put(function.handle(), function);
  }

  @Override
  public void allowShared(long function, int bytes) {
    check(
        cuFuncSetAttribute(
            functions.get(function),
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
            bytes),
        "allowing a kernel %d bytes of shared memory",
        bytes);
  }

  @Override
  public FunctionFacts facts(long function) {
    CUfunction known = functions.get(function);
    return new FunctionFacts(
        attribute(known, CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS),
        attribute(known, CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES),
        attribute(known, CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES),
        attribute(known, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK));
  }

  private static int attribute(CUfunction function, int attribute) {
    int[] value = new int[1];
    check(cuFuncGetAttribute(value, attribute, function), "asking what a kernel needs");
    return value[0];
  }

  @Override
  public void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream) {
    MemorySegment cell = parameter.get();
    cell.set(ValueLayout.JAVA_LONG, 0, params.address());
    int code;
    try {
      code =
          (int)
              launch.invokeExact(
                  function,
                  blocks.x(),
                  blocks.y(),
                  blocks.z(),
                  threads,
                  1,
                  1,
                  shared,
                  stream,
                  cell.address(),
                  0L);
    } catch (Throwable thrown) {
      throw CudaLibrary.impossible("cuLaunchKernel", thrown);
    }
    if (code != 0) {
      throw fault(
          code,
          "launching %d x %d x %d blocks of %d threads, %d bytes of shared memory and %d of parameters"
              .formatted(blocks.x(), blocks.y(), blocks.z(), threads, shared, params.byteSize()));
    }
  }

  // ---- order --------------------------------------------------------------------------------

  @Override
  public long newStream() {
    Stream stream = new Stream();
    check(cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "making a stream");
    return streams.put(stream.handle(), stream);
  }

  @Override
  public void freeStream(long stream) {
    freed(cuStreamDestroy(streams.remove(stream)), "freeing a stream");
  }

  @Override
  public void synchronize(long stream) {
    check(cuStreamSynchronize(streams.get(stream)), "waiting for a stream");
  }

  @Override
  public long newEvent() {
    Event event = new Event();
    check(cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "making an event");
    return events.put(event.handle(), event);
  }

  @Override
  public void freeEvent(long event) {
    freed(cuEventDestroy(events.remove(event)), "freeing an event");
  }

  @Override
  public void record(long event, long stream) {
    check(cuEventRecord(events.get(event), streams.get(stream)), "recording an event");
  }

  @Override
  public void await(long event) {
    check(cuEventSynchronize(events.get(event)), "waiting for an event");
  }

  @Override
  public void waitFor(long stream, long event) {
    check(
        cuStreamWaitEvent(streams.get(stream), events.get(event), 0),
        "having a stream wait for an event");
  }

  @Override
  public float elapsed(long from, long to) {
    float[] milliseconds = new float[1];
    check(
        cuEventElapsedTime(milliseconds, events.get(from), events.get(to)),
        "asking for the time between events");
    return milliseconds[0];
  }

  // ---- graphs -------------------------------------------------------------------------------

  @Override
  public void beginCapture(long stream) {
    check(
        cuStreamBeginCapture(
            streams.get(stream), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "beginning to capture a stream");
  }

  @Override
  public long endCapture(long stream) {
    CUgraph captured = new CUgraph();
    check(cuStreamEndCapture(streams.get(stream), captured), "ending the capture of a stream");
    Graph graph = new Graph();
    int code = cuGraphInstantiate(graph, captured, 0);
    cuGraphDestroy(captured);
    check(code, "making a graph of what was captured");
    return graphs.put(graph.handle(), graph);
  }

  @Override
  public void launchGraph(long graph, long stream) {
    check(cuGraphLaunch(graphs.get(graph), streams.get(stream)), "launching a graph");
  }

  @Override
  public void freeGraph(long graph) {
    freed(cuGraphExecDestroy(graphs.remove(graph)), "freeing a graph");
  }

  @Override
  public void close() {
    contexts.keySet().forEach(ordinal -> cuDevicePrimaryCtxRelease(handle(ordinal)));
    contexts.clear();
  }

  // ---- JCuda's types ------------------------------------------------------------------------

  private static CUdeviceptr at(long address) {
    return new CUdeviceptr().withByteOffset(address);
  }

  private static Pointer host(MemorySegment memory) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("memory that the device copies must be native");
    }
    return new HostAddress(memory.address());
  }

  private static String text(byte[] zeroTerminated) {
    String text = new String(zeroTerminated, StandardCharsets.UTF_8);
    return text.substring(0, text.indexOf(0));
  }

  private static void check(int code, String what, Object... arguments) {
    if (code != 0) {
      throw fault(code, what.formatted(arguments));
    }
  }

  /** What is lost needs no freeing. */
  private static void freed(int code, String what, Object... arguments) {
    if (!CudaException.losesAll(code)) {
      check(code, what, arguments);
    }
  }

  private static CudaException fault(int code, String what) {
    return new CudaException(what, code, CUresult.stringFor(code));
  }
}
