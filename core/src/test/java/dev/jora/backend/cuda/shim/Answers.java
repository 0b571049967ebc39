package dev.jora.backend.cuda.shim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a driver with two devices says, whose memory is the host's. Methods are the driver's
 * functions; a long is an address or a handle.
 */
final class Answers {
  private static final long FREE = 5L << 30;

  /** Names of functions in the order in which they were called, with their arguments. */
  final List<String> calls = new ArrayList<>();

  /** Codes that functions answer with instead of doing their work. */
  final Map<String, Integer> refusals = new HashMap<>();

  /** What the last module was made of, and the bytes of the last launch's parameter. */
  String ptx = "";

  byte[] parameters = {};
  int parameterBytes;

  private long next = 0x1000;
  private long context;

  int answer(Method method, Object[] arguments) {
    try {
      StringBuilder call = new StringBuilder(method.getName());
      for (Object argument : arguments) {
        call.append(' ').append(argument);
      }
      calls.add(call.toString());
      int refusal = refusals.getOrDefault(method.getName(), 0);
      int code = (int) method.invoke(this, arguments);
      return refusal != 0 ? refusal : code;
    } catch (ReflectiveOperationException | RuntimeException e) {
      calls.add(method.getName() + " failed: " + e.getCause());
      return 999;
    }
  }

  @SuppressWarnings("restricted") // a driver reads and writes where it is told
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private static int put(long address, int value) {
    at(address, 4).set(ValueLayout.JAVA_INT, 0, value);
    return 0;
  }

  private static int put(long address, long value) {
    at(address, 8).set(ValueLayout.JAVA_LONG, 0, value);
    return 0;
  }

  private int make(long address) {
    next += 0x10;
    return put(address, next);
  }

  int cuInit(int flags) {
    return 0;
  }

  int cuDriverGetVersion(long version) {
    return put(version, 12040);
  }

  int cuDeviceGetCount(long count) {
    return put(count, 2);
  }

  int cuDeviceGet(long device, int ordinal) {
    return ordinal < 2 ? put(device, ordinal) : 101;
  }

  int cuDeviceGetName(long name, int bytes, int device) {
    at(name, bytes).setString(0, "Shim " + device);
    return 0;
  }

  int cuDeviceTotalMem_v2(long bytes, int device) {
    return put(bytes, 6L << 30);
  }

  int cuDeviceGetAttribute(long value, int attribute, int device) {
    return put(
        value,
        switch (attribute) {
          case 75 -> 8; // capability
          case 76 -> 6;
          case 16 -> 28; // multiprocessors
          case 97 -> 101376; // shared memory
          case 38 -> 2359296; // cache
          case 36 -> 7501000; // memory clock in kHz
          case 37 -> 192; // bus
          case 50 -> 0; // PCI
          case 33 -> 10 + device;
          case 34 -> 0;
          default -> 0;
        });
  }

  int cuDevicePrimaryCtxRetain(long made, int device) {
    return put(made, 0xc0L + device);
  }

  int cuDevicePrimaryCtxRelease_v2(int device) {
    return 0;
  }

  int cuCtxSetCurrent(long entered) {
    context = entered;
    return 0;
  }

  int cuCtxGetCurrent(long entered) {
    return put(entered, context);
  }

  int cuMemGetInfo_v2(long free, long total) {
    put(total, 6L << 30);
    return put(free, FREE);
  }

  int cuMemAlloc_v2(long address, long bytes) {
    return bytes > FREE ? 2 : put(address, Arena.global().allocate(bytes, 256).address());
  }

  int cuMemFree_v2(long address) {
    return 0;
  }

  int cuMemHostAlloc(long address, long bytes, int flags) {
    return put(address, Arena.global().allocate(bytes, 256).address());
  }

  int cuMemFreeHost(long address) {
    return 0;
  }

  int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream) {
    at(to, bytes).copyFrom(at(from, bytes));
    return 0;
  }

  int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream) {
    at(to, bytes).copyFrom(at(from, bytes));
    return 0;
  }

  int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream) {
    at(to, bytes).copyFrom(at(from, bytes));
    return 0;
  }

  int cuMemcpyPeerAsync(
      long to, long toContext, long from, long fromContext, long bytes, long stream) {
    at(to, bytes).copyFrom(at(from, bytes));
    return 0;
  }

  int cuMemsetD8Async(long address, byte value, long bytes, long stream) {
    at(address, bytes).fill(value);
    return 0;
  }

  int cuModuleLoadDataEx(long module, long image, int count, long options, long values) {
    ptx = at(image, 1 << 20).getString(0);
    MemorySegment option = at(options, 4L * count);
    MemorySegment value = at(values, 8L * count);
    long log = 0;
    long room = 0;
    for (int i = 0; i < count; i++) {
      switch (option.getAtIndex(ValueLayout.JAVA_INT, i)) {
        case 5 -> log = value.getAtIndex(ValueLayout.JAVA_LONG, i);
        case 6 -> room = value.getAtIndex(ValueLayout.JAVA_LONG, i);
        default -> throw new IllegalArgumentException("option " + i);
      }
    }
    at(log, room).setString(0, "ptxas says so");
    return make(module);
  }

  int cuModuleUnload(long module) {
    return 0;
  }

  int cuModuleGetFunction(long function, long module, long name) {
    return at(name, 256).getString(0).equals("absent") ? 500 : make(function);
  }

  int cuFuncSetAttribute(long function, int attribute, int value) {
    return attribute == 8 ? 0 : 1;
  }

  int cuFuncGetAttribute(long value, int attribute, long function) {
    return put(value, 10 + attribute);
  }

  int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int shared,
      long stream,
      long parameterAddresses,
      long extra) {
    long address = at(parameterAddresses, 8).get(ValueLayout.JAVA_LONG, 0);
    parameters = at(address, parameterBytes).toArray(ValueLayout.JAVA_BYTE);
    return 0;
  }

  int cuStreamCreate(long stream, int flags) {
    return make(stream);
  }

  int cuStreamDestroy_v2(long stream) {
    return 0;
  }

  int cuStreamSynchronize(long stream) {
    return 0;
  }

  int cuStreamWaitEvent(long stream, long event, int flags) {
    return 0;
  }

  int cuEventCreate(long event, int flags) {
    return make(event);
  }

  int cuEventDestroy_v2(long event) {
    return 0;
  }

  int cuEventRecord(long event, long stream) {
    return 0;
  }

  int cuEventSynchronize(long event) {
    return 0;
  }

  int cuEventElapsedTime(long milliseconds, long from, long to) {
    return put(milliseconds, Float.floatToRawIntBits(1.5f));
  }

  int cuStreamBeginCapture_v2(long stream, int mode) {
    return 0;
  }

  int cuStreamEndCapture(long stream, long graph) {
    return make(graph);
  }

  int cuGraphInstantiateWithFlags(long executable, long graph, long flags) {
    return make(executable);
  }

  int cuGraphDestroy(long graph) {
    return 0;
  }

  int cuGraphExecDestroy(long executable) {
    return 0;
  }

  int cuGraphLaunch(long executable, long stream) {
    return 0;
  }
}
