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
    begin(inputs(tokens), 0, inputBytes());
    Part<Long> cells = cells(tokens);
    begin(cells, inputBytes(), stateBytes() - inputBytes());
    return cells.memory();
  }

  private void begin(Part<Long> part, long from, long bytes) {
    if (bytes == 0 || part.memory().equals(part.begins())) {
      return;
    }
    if (part.begins() == null) {
      device.fill(part.memory() + from, (byte) 0, bytes);
    } else {
      device.copy(part.begins() + from, part.memory() + from, bytes);
    }
  }

  @Override
  protected Long allocate() {
    return device.pool().allocate(stateBytes());
  }

  @Override
  protected void free(Long version) {
    device.pool().free(version);
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
