package dev.jora.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A device that this backend has to itself: its memory, counted, its kernels, and the one stream in
 * which all that is asked of it happens in order.
 */
final class CudaDevice implements AutoCloseable {
  /** Bytes that go up or down by way of pinned memory at once. */
  private static final int PIECE = 1 << 22;

  private final CudaDriver driver;
  private final int ordinal;
  private final DeviceFacts facts;
  private final long stream;
  private final CudaCode code;
  private final Params params = new Params();
  private final MemorySegment staging;
  private final List<MemorySegment> pinned = new ArrayList<>();
  private long held;
  private long moves;

  CudaDevice(CudaDriver driver, int ordinal) {
    this.driver = driver;
    this.ordinal = ordinal;
    this.facts = driver.device(ordinal);
    driver.enter(ordinal);
    this.stream = driver.newStream();
    this.code = new CudaCode(driver, facts.capability());
    this.staging = driver.allocateHost(PIECE);
  }

  /** Makes it the device of the calling thread. */
  void enter() {
    driver.enter(ordinal);
  }

  DeviceFacts facts() {
    return facts;
  }

  CudaDriver driver() {
    return driver;
  }

  CudaCode code() {
    return code;
  }

  long stream() {
    return stream;
  }

  /** The struct of the next launch, empty. */
  Params params() {
    return params.reset();
  }

  /** What kernels were told of is not where it was: graphs of them are void. */
  void move() {
    moves++;
  }

  /** How often that was. */
  long moves() {
    return moves;
  }

  /** Bytes that are allocated. */
  long held() {
    return held;
  }

  /** Bytes that are free. */
  long free() {
    driver.enter(ordinal);
    return driver.freeMemory();
  }

  long allocate(long bytes) {
    driver.enter(ordinal);
    long address = driver.allocate(Math.max(1, bytes));
    held += bytes;
    return address;
  }

  void free(long address, long bytes) {
    if (address != 0) {
      driver.enter(ordinal);
      driver.free(address);
      held -= bytes;
    }
  }

  /** Starts a kernel with {@link #params}. */
  void launch(String module, String name, Grid blocks, int threads, int shared, Params struct) {
    driver.enter(ordinal);
    long function = code.function(module, name);
    code.requireShared(function, shared);
    driver.launch(function, blocks, threads, shared, struct.segment(), stream);
  }

  /** From now on launches are remembered, not done. */
  void beginCapture() {
    driver.enter(ordinal);
    driver.beginCapture(stream);
  }

  /** What was asked for since. */
  long endCapture() {
    driver.enter(ordinal);
    return driver.endCapture(stream);
  }

  void launchGraph(long graph) {
    driver.enter(ordinal);
    driver.launchGraph(graph, stream);
  }

  void freeGraph(long graph) {
    driver.enter(ordinal);
    driver.freeGraph(graph);
  }

  void copy(long src, long dst, long bytes) {
    driver.enter(ordinal);
    driver.copy(src, dst, bytes, stream);
  }

  void fill(long address, byte value, long bytes) {
    driver.enter(ordinal);
    driver.fill(address, value, bytes, stream);
  }

  /** Copies bytes that may be anywhere to the device: they are the caller's again on return. */
  void upload(MemorySegment src, long from, long dst, long bytes) {
    driver.enter(ordinal);
    for (long done = 0; done < bytes; ) {
      long n = Math.min(PIECE, bytes - done);
      MemorySegment.copy(src, from + done, staging, 0, n);
      driver.upload(staging.asSlice(0, n), dst + done, stream);
      driver.synchronize(stream);
      done += n;
    }
  }

  /** Copies memory of the driver's own to the device; it must stay until that is done. */
  void uploadPinned(MemorySegment src, long dst) {
    driver.enter(ordinal);
    driver.upload(src, dst, stream);
  }

  /** Memory of the host that is downloaded to at once. */
  MemorySegment allocateHost(long bytes) {
    driver.enter(ordinal);
    MemorySegment memory = driver.allocateHost(bytes);
    pinned.add(memory);
    return memory;
  }

  void freeHost(MemorySegment memory) {
    driver.enter(ordinal);
    pinned.removeIf(one -> one.address() == memory.address());
    driver.freeHost(memory);
  }

  private boolean isPinned(MemorySegment memory) {
    return memory.isNative()
        && pinned.stream().anyMatch(one -> one.asOverlappingSlice(memory).isPresent());
  }

  /** Copies bytes of the device to wherever: waits for all that was asked before. */
  void download(long src, MemorySegment dst, long to, long bytes) {
    driver.enter(ordinal);
    if (isPinned(dst)) {
      driver.download(src, dst.asSlice(to, bytes), stream);
      driver.synchronize(stream);
      return;
    }
    for (long done = 0; done < bytes; ) {
      long n = Math.min(PIECE, bytes - done);
      driver.download(src + done, staging.asSlice(0, n), stream);
      driver.synchronize(stream);
      MemorySegment.copy(staging, 0, dst, to + done, n);
      done += n;
    }
  }

  /** Memory of the device with these bytes; who asked frees it. */
  long send(MemorySegment bytes) {
    long address = allocate(bytes.byteSize());
    try {
      upload(bytes, 0, address, bytes.byteSize());
      return address;
    } catch (RuntimeException e) {
      free(address, bytes.byteSize());
      throw e;
    }
  }

  @Override
  public void close() {
    driver.enter(ordinal);
    code.close();
    driver.freeHost(staging);
    driver.freeStream(stream);
  }
}
