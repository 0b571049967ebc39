package dev.jora.backend.cuda;

/** Memory of a device for one use after the other, as much as the largest so far asked for. */
final class CudaScratch implements AutoCloseable {
  private final CudaDevice device;
  private long address;
  private long bytes;

  CudaScratch(CudaDevice device) {
    this.device = device;
  }

  /** At least so many bytes; what was there before is gone. */
  long atLeast(long wanted) {
    if (wanted > bytes) {
      close();
      address = device.allocate(wanted);
      bytes = wanted;
    }
    return address;
  }

  /** Where it is now; 0 for nowhere. */
  long address() {
    return address;
  }

  @Override
  public void close() {
    device.move();
    device.free(address, bytes);
    address = bytes = 0;
  }
}
