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
  private final CudaPool pool = new CudaPool(this);
  private final Staging staging = new Staging(this, PIECE);
  private final List<MemorySegment> pinned = new ArrayList<>();
  private long mark; // an event, or 0
  private long held;
  private long moves;

  CudaDevice(CudaDriver driver, int ordinal) {
    this.driver = driver;
    this.ordinal = ordinal;
    this.facts = driver.device(ordinal);
    driver.enter(ordinal);
    this.stream = driver.newStream();
    this.code = new CudaCode(driver, facts.capability());
    try {
      staging.open(); // a device without it is of no use, which is to be known before all else
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
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
      held -= bytes;
      giveBack(() -> driver.free(address));
    }
  }

  /** Gives something back to the driver; what was on a device that is lost is gone already. */
  void giveBack(Runnable call) {
    try {
      driver.enter(ordinal);
      call.run();
    } catch (CudaException e) {
      if (!e.isDeviceLost()) {
        throw e;
      }
    }
  }

  /** Memory of what texts keep. */
  CudaPool pool() {
    return pool;
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
    giveBack(() -> driver.freeGraph(graph));
  }

  void copy(long src, long dst, long bytes) {
    driver.enter(ordinal);
    driver.copy(src, dst, bytes, stream);
  }

  /**
   * Copies rows from another device of the driver: in this one's stream, when the other's has made
   * them, and the other goes on when they are taken. Nobody waits but the devices.
   *
   * @return false if the other is another driver's
   */
  boolean copyFrom(CudaDevice other, CudaBuffer x, int n, CudaBuffer out) {
    if (other.driver.actual() != driver.actual()) {
      return false;
    }
    waitFor(other);
    boolean whole = x.stride() == x.cols() && out.stride() == x.cols();
    for (int i = 0; i < (whole ? 1 : n); i++) {
      long bytes = 4L * (whole ? n : 1) * x.cols();
      driver.copyFrom(other.ordinal, x.row(i), out.row(i), bytes, stream);
    }
    other.waitFor(this);
    return true;
  }

  /** What is asked of this device from now on begins when another has done all that it was. */
  private void waitFor(CudaDevice other) {
    driver.enter(other.ordinal);
    if (other.mark == 0) {
      other.mark = driver.newEvent();
    }
    driver.record(other.mark, other.stream);
    driver.enter(ordinal);
    driver.waitFor(stream, other.mark);
  }

  void fill(long address, byte value, long bytes) {
    driver.enter(ordinal);
    driver.fill(address, value, bytes, stream);
  }

  /**
   * Copies bytes that may be anywhere to the device: they are the caller's again on return, though
   * they may still be on their way.
   */
  void upload(MemorySegment src, long from, long dst, long bytes) {
    staging.upload(src, from, dst, bytes);
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
    pinned.removeIf(one -> one.address() == memory.address());
    giveBack(() -> driver.freeHost(memory));
  }

  private boolean isPinned(MemorySegment memory) {
    return memory.isNative()
        && pinned.stream().anyMatch(one -> one.asOverlappingSlice(memory).isPresent());
  }

  /** Copies bytes of the device to wherever: waits for all that was asked before. */
  void download(long src, MemorySegment dst, long to, long bytes) {
    if (isPinned(dst)) {
      downloadPinned(src, dst.asSlice(to, bytes));
    } else {
      staging.download(src, dst, to, bytes);
    }
  }

  /** Likewise to memory of the driver's own. */
  void downloadPinned(long src, MemorySegment dst) {
    driver.enter(ordinal);
    driver.download(src, dst, stream);
    driver.synchronize(stream);
  }

  /** Memory of the device with these bytes; who asked frees it. */
  long send(MemorySegment bytes) {
    long address = allocate(bytes.byteSize());
    try {
      upload(bytes, 0, address, bytes.byteSize());
      return address;
    } catch (RuntimeException | Error e) {
      free(address, bytes.byteSize());
      throw e;
    }
  }

  @Override
  public void close() {
    giveBack(code::close);
    staging.close();
    if (mark != 0) {
      giveBack(() -> driver.freeEvent(mark));
    }
    giveBack(() -> driver.freeStream(stream));
  }
}
