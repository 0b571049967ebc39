package dev.jora.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Devices that nobody has, of so many bytes each: what a plan asks of a driver has an answer, and
 * nothing can be put there or run.
 */
public final class PlannedDriver implements CudaDriver {
  private final List<Long> sizes;
  private final Arena arena = Arena.ofShared();
  private int entered;
  private long handles;

  /** One device for each size in bytes, all of it free. */
  public PlannedDriver(List<Long> sizes) {
    this.sizes = List.copyOf(sizes);
  }

  @Override
  public int version() {
    return CudaProbe.NEEDED;
  }

  @Override
  public int deviceCount() {
    return sizes.size();
  }

  @Override
  public DeviceFacts device(int ordinal) {
    return new DeviceFacts("planned", 8, 0, sizes.get(ordinal), 1, 0, 0, 1, 1, false, "");
  }

  @Override
  public void enter(int ordinal) {
    entered = ordinal;
  }

  @Override
  public long freeMemory() {
    return sizes.get(entered);
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    return arena.allocate(bytes, 16);
  }

  @Override
  public void freeHost(MemorySegment memory) {}

  @Override
  public long newStream() {
    return ++handles;
  }

  @Override
  public void freeStream(long stream) {}

  @Override
  public long newEvent() {
    return ++handles;
  }

  @Override
  public void freeEvent(long event) {}

  @Override
  public void close() {
    arena.close();
  }

  // ---- what no plan asks for -----------------------------------------------------------------

  private static UnsupportedOperationException none() {
    return new UnsupportedOperationException("this device is only planned");
  }

  @Override
  public long allocate(long bytes) {
    throw none();
  }

  @Override
  public void free(long address) {
    throw none();
  }

  @Override
  public void upload(MemorySegment src, long dst, long stream) {
    throw none();
  }

  @Override
  public void download(long src, MemorySegment dst, long stream) {
    throw none();
  }

  @Override
  public void copy(long src, long dst, long bytes, long stream) {
    throw none();
  }

  @Override
  public void copyFrom(int from, long src, long dst, long bytes, long stream) {
    throw none();
  }

  @Override
  public void fill(long address, byte value, long bytes, long stream) {
    throw none();
  }

  @Override
  public long loadModule(String ptx) {
    throw none();
  }

  @Override
  public void unloadModule(long module) {
    throw none();
  }

  @Override
  public long function(long module, String name) {
    throw none();
  }

  @Override
  public void allowShared(long function, int bytes) {
    throw none();
  }

  @Override
  public FunctionFacts facts(long function) {
    throw none();
  }

  @Override
  public void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream) {
    throw none();
  }

  @Override
  public void synchronize(long stream) {
    throw none();
  }

  @Override
  public void record(long event, long stream) {
    throw none();
  }

  @Override
  public void await(long event) {
    throw none();
  }

  @Override
  public void waitFor(long stream, long event) {
    throw none();
  }

  @Override
  public float elapsed(long from, long to) {
    throw none();
  }

  @Override
  public void beginCapture(long stream) {
    throw none();
  }

  @Override
  public long endCapture(long stream) {
    throw none();
  }

  @Override
  public void launchGraph(long graph, long stream) {
    throw none();
  }

  @Override
  public void freeGraph(long graph) {
    throw none();
  }
}
