package dev.jora.backend.cuda;

import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.state.VersionedLayer;
import java.lang.foreign.MemorySegment;

/** A recurrent layer's state in a device's memory: a version is an address. */
final class CudaRecurrent extends VersionedLayer<Long> {
  private final RecurrentSpec spec;
  private final CudaDevice device;

  CudaRecurrent(RecurrentSpec spec, CudaDevice device) {
    super(spec);
    this.spec = spec;
    this.device = device;
  }

  /** Where a pass of so many tokens reads and writes the state. */
  long before(int tokens) {
    inputs(tokens);
    return cells(tokens);
  }

  @Override
  protected Long allocate() {
    return device.allocate(stateBytes());
  }

  @Override
  protected void free(Long version) {
    device.free(version, stateBytes());
  }

  @Override
  protected void copy(Long from, Long to, long at, long bytes) {
    device.copy(from + at, to + at, bytes);
  }

  @Override
  protected void clear(Long version, long at, long bytes) {
    device.fill(version + at, (byte) 0, bytes);
  }

  @Override
  protected void read(Long version, MemorySegment out) {
    device.download(version, out, 0, stateBytes());
  }

  @Override
  protected void write(MemorySegment in, Long version) {
    device.upload(in, 0, version, stateBytes());
  }

  @Override
  protected CudaRecurrent empty() {
    return new CudaRecurrent(spec, device);
  }
}
