package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.DeviceFacts;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One device: its memory, what was made on it, and whether it is lost. */
final class SoftwareDevice {
  private static final long FIRST_ADDRESS = 0x7000_0000_0000L;
  private static final long RANGE = 1L << 40;

  private long commands;
  final DeviceFacts facts;
  final DeviceMemory memory;

  final int ordinal;

  /** Streams, events, modules, functions and graphs. */
  private final Map<Long, Object> handles = new LinkedHashMap<>();

  private long handle;

  private CudaException lost;

  SoftwareDevice(int ordinal, long bytes, int capability) {
    this.ordinal = ordinal;
    handle = ordinal + 1L << 32;
    int shared = capability < 70 ? 48 << 10 : capability == 80 ? 163 << 10 : 99 << 10;
    facts =
        new DeviceFacts(
            "Software device " + ordinal,
            capability / 10,
            capability % 10,
            bytes,
            8,
            shared,
            4 << 20,
            5000,
            256,
            false,
            "0000:%02x:00".formatted(ordinal + 1));
    memory = new DeviceMemory(FIRST_ADDRESS + ordinal * RANGE, bytes);
  }

  /** Throws if an earlier fault has left nothing to work with. */
  void use(String what) {
    if (lost != null) {
      throw new CudaException(
          what + " after \"" + lost.getMessage() + "\"", lost.code(), name(lost.code()));
    }
  }

  /** The device is lost from now on. */
  CudaException lose(String what, int code, Throwable cause) {
    lost = new CudaException(what, code, name(code));
    if (cause != null) {
      lost.initCause(cause);
    }
    return lost;
  }

  /** An exception that leaves the device as it is. */
  static CudaException refuse(int code, String what, Object... arguments) {
    return new CudaException(what.formatted(arguments), code, name(code));
  }

  // ---- what was made on it ------------------------------------------------------------------

  Collection<Object> handles() {
    return handles.values();
  }

  long put(Object thing) {
    handles.put(++handle, thing);
    return handle;
  }

  /** What a handle is; null if it is nothing. */
  Object find(long handle) {
    return handles.get(handle);
  }

  /** The same, of a type. */
  <T> T get(long handle, Class<T> type) {
    Object thing = handles.get(handle);
    if (!type.isInstance(thing)) {
      throw refuse(
          400,
          "handle %d is no %s of the device",
          handle,
          type.getSimpleName().replace("Software", ""));
    }
    return type.cast(thing);
  }

  <T> T take(long handle, Class<T> type) {
    T thing = get(handle, type);
    handles.remove(handle);
    return thing;
  }

  <T> List<T> all(Class<T> type) {
    return handles.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  void give(long stream, Runnable work) {
    SoftwareStream to = get(stream, SoftwareStream.class);
    if (to.graph == null) {
      commands++;
    }
    to.give(work);
  }

  /** What it was told to do so far: copies, launches, graphs; not what is in these. */
  long commands() {
    return commands;
  }

  /** Refuses what a driver does not do while a stream is captured. */
  void notCapturing(String what) {
    if (all(SoftwareStream.class).stream().anyMatch(stream -> stream.graph != null)) {
      throw refuse(900, "%s", what);
    }
  }

  /** What holds a range that a copy names. */
  Allocation range(String what, long address, long bytes) {
    Allocation found = memory.find(address, bytes);
    if (found == null) {
      throw refuse(
          1,
          "%s of %d bytes at 0x%x, %s",
          what,
          bytes,
          address,
          memory.describe(address + Math.max(bytes, 1) - 1));
    }
    return found;
  }

  private static String name(int code) {
    return switch (code) {
      case 1 -> "invalid argument";
      case CudaException.OUT_OF_MEMORY -> "out of memory";
      case CudaException.NO_DEVICE -> "no CUDA-capable device is detected";
      case 101 -> "invalid device ordinal";
      case 201 -> "invalid device context";
      case 209 -> "no kernel image is available for execution on the device";
      case 218 -> "a PTX JIT compilation failed";
      case CudaException.UNSUPPORTED_PTX_VERSION ->
          "the provided PTX was compiled with an unsupported toolchain";
      case 400 -> "invalid resource handle";
      case 500 -> "named symbol not found";
      case 600 -> "device not ready";
      case 700 -> "an illegal memory access was encountered";
      case 701 -> "too many resources requested for launch";
      case 716 -> "misaligned address";
      case 719 -> "unspecified launch failure";
      case 900 -> "operation not permitted when stream is capturing";
      case 901 -> "operation failed due to a previous error during capture";
      default -> "unknown error";
    };
  }
}
