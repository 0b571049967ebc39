package dev.jora.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/**
 * Small things that a pass has the device know, put together in pinned memory and sent as one copy.
 * The host does not wait for it; before it writes there again, it does.
 */
final class StepBlock implements AutoCloseable {
  /** Beginnings of arrays: what kernels load at once. */
  private static final int ALIGNMENT = 16;

  private final CudaDevice device;
  private MemorySegment host = MemorySegment.NULL;
  private long address;
  private long sent; // an event, or 0
  private long at;

  StepBlock(CudaDevice device) {
    this.device = device;
  }

  /** Begins anew, with room for so many bytes. */
  void begin(long bytes) {
    CudaDriver driver = device.driver();
    device.enter();
    if (sent != 0) {
      driver.await(sent);
    }
    if (bytes > host.byteSize() || address == 0) { // 0 too where the device had no memory
      long roomy = Math.max(bytes, 2 * host.byteSize());
      device.move();
      release();
      host = driver.allocateHost(roomy);
      address = device.allocate(roomy);
    }
    at = 0;
  }

  /** The device's address of an array. */
  long ints(int[] values) {
    long from = place(4L * values.length);
    MemorySegment.copy(values, 0, host, ValueLayout.JAVA_INT, from, values.length);
    return address + from;
  }

  /** Likewise. */
  long longs(long[] values) {
    long from = place(8L * values.length);
    MemorySegment.copy(values, 0, host, ValueLayout.JAVA_LONG, from, values.length);
    return address + from;
  }

  /** Likewise, of floats that somebody else writes. */
  long floats(Consumer<MemorySegment> writer, int count) {
    long from = place(4L * count);
    writer.accept(host.asSlice(from, 4L * count));
    return address + from;
  }

  private long place(long bytes) {
    long from = Math.ceilDiv(at, ALIGNMENT) * ALIGNMENT;
    at = from + bytes;
    return from;
  }

  /** Sends what was put together. */
  void send() {
    if (sent == 0) {
      sent = device.driver().newEvent();
    }
    if (at > 0) {
      device.uploadPinned(host.asSlice(0, at), address);
      device.driver().record(sent, device.stream());
    }
  }

  private void release() {
    if (address != 0) {
      device.free(address, host.byteSize());
      address = 0;
    }
    if (host.byteSize() > 0) { // alone, where the device had no memory for its copy
      MemorySegment gone = host;
      device.giveBack(() -> device.driver().freeHost(gone));
      host = MemorySegment.NULL;
    }
  }

  @Override
  public void close() {
    release();
    if (sent != 0) {
      device.giveBack(() -> device.driver().freeEvent(sent));
      sent = 0;
    }
  }
}
