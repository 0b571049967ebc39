package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.software.SoftwareDriver.Call;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The driver's calls on memory. */
final class DriverMemory {
  private static final int INVALID = 1;

  private final SoftwareDriver driver;
  private final Map<Long, String> allocations = new LinkedHashMap<>();
  private final Map<Long, Arena> hosts = new LinkedHashMap<>();
  private long downloads;

  DriverMemory(SoftwareDriver driver) {
    this.driver = driver;
  }

  long downloads() {
    return downloads;
  }

  /** What is still there. */
  List<String> leaks() {
    List<String> left = new ArrayList<>(allocations.values());
    hosts.forEach((address, arena) -> left.add("host memory at 0x%x".formatted(address)));
    return left;
  }

  void close() {
    hosts.values().forEach(Arena::close);
    hosts.clear();
  }

  long allocate(long bytes) {
    SoftwareDevice device = driver.current("allocation");
    device.notCapturing("allocation");
    if (bytes <= 0) {
      throw SoftwareDevice.refuse(INVALID, "allocation of %d bytes", bytes);
    }
    String what = "allocation of %d bytes, %d are free".formatted(bytes, device.memory.free());
    driver.faults.meet(Call.ALLOCATE, device, what);
    Allocation made = device.memory.allocate(bytes, null);
    if (made == null) {
      throw SoftwareDevice.refuse(CudaException.OUT_OF_MEMORY, "%s", what);
    }
    allocations.put(
        made.base,
        "allocation %s of %d bytes of device %d".formatted(made.name, bytes, device.ordinal));
    return made.base;
  }

  void free(long address) {
    SoftwareDevice device = driver.currentToFree("free");
    device.notCapturing("free");
    device.finishAll();
    if (allocations.remove(address) == null || !device.memory.free(address)) {
      throw SoftwareDevice.refuse(INVALID, "free of 0x%x, which was not allocated here", address);
    }
  }

  MemorySegment allocateHost(long bytes) {
    SoftwareDevice device = driver.current("host allocation");
    driver.faults.meet(Call.ALLOCATE_HOST, device, "host allocation of %d bytes".formatted(bytes));
    Arena arena = Arena.ofShared();
    MemorySegment made = arena.allocate(bytes, 64);
    hosts.put(made.address(), arena);
    return made;
  }

  void freeHost(MemorySegment memory) {
    Arena arena = hosts.remove(memory.address());
    if (arena == null) {
      throw SoftwareDevice.refuse(INVALID, "free of host memory that was not allocated here");
    }
    driver.devices().forEach(SoftwareDevice::finishAll);
    arena.close();
  }

  private static void isNative(MemorySegment memory) {
    if (!memory.isNative()) {
      throw SoftwareDevice.refuse(INVALID, "copy with memory that is not native");
    }
  }

  void upload(MemorySegment src, long dst, long stream) {
    SoftwareDevice device = driver.current("upload");
    isNative(src);
    device.range("upload", dst, src.byteSize());
    driver.faults.meet(Call.UPLOAD, device, "upload");
    device.give(
        stream,
        () -> {
          Allocation to = device.range("upload", dst, src.byteSize());
          int at = (int) (dst - to.base);
          MemorySegment.copy(src, 0, MemorySegment.ofArray(to.bytes), at, src.byteSize());
          to.wrote(at, (int) src.byteSize());
        });
  }

  void download(long src, MemorySegment dst, long stream) {
    SoftwareDevice device = driver.current("download");
    isNative(dst);
    device.range("download", src, dst.byteSize());
    downloads++;
    driver.faults.meet(Call.DOWNLOAD, device, "download");
    device.give(
        stream,
        () -> {
          Allocation from = device.range("download", src, dst.byteSize());
          MemorySegment.copy(
              MemorySegment.ofArray(from.bytes), src - from.base, dst, 0, dst.byteSize());
        });
  }

  void copy(long src, long dst, long bytes, long stream) {
    SoftwareDevice device = driver.current("copy");
    copy(device, src, device, dst, bytes, stream);
  }

  void copyFrom(int from, long src, long dst, long bytes, long stream) {
    SoftwareDevice device = driver.current("copy");
    driver.byOrdinal(from).use("copy");
    copy(driver.byOrdinal(from), src, device, dst, bytes, stream);
  }

  private void copy(
      SoftwareDevice from, long src, SoftwareDevice to, long dst, long bytes, long stream) {
    from.range("copy from", src, bytes);
    to.range("copy to", dst, bytes);
    driver.faults.meet(Call.COPY, to, "copy");
    to.give(
        stream,
        () -> {
          Allocation a = from.range("copy from", src, bytes);
          Allocation b = to.range("copy to", dst, bytes);
          Allocation.copy(a, (int) (src - a.base), b, (int) (dst - b.base), (int) bytes);
        });
  }

  void fill(long address, byte value, long bytes, long stream) {
    SoftwareDevice device = driver.current("fill");
    device.range("fill", address, bytes);
    driver.faults.meet(Call.FILL, device, "fill");
    device.give(
        stream,
        () -> {
          Allocation to = device.range("fill", address, bytes);
          int at = (int) (address - to.base);
          Arrays.fill(to.bytes, at, at + (int) bytes, value);
          to.wrote(at, (int) bytes);
        });
  }
}
