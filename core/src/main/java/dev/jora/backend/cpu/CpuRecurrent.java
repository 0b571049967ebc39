package dev.jora.backend.cpu;

import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.state.VersionedLayer;
import java.lang.foreign.MemorySegment;

/** A recurrent layer's state in the CPU's memory. */
final class CpuRecurrent extends VersionedLayer<CpuBlock> {
  private final RecurrentSpec spec;
  private final CpuMemory memory;

  CpuRecurrent(RecurrentSpec spec, CpuMemory memory) {
    super(spec);
    this.spec = spec;
    this.memory = memory;
  }

  /** The convolution's inputs float32[taps − 1, channels], to be read and written. */
  MemorySegment inputsBefore(int tokens) {
    return inputs(tokens).data().asSlice(0, inputBytes());
  }

  /** The recurrence's cells, likewise. */
  MemorySegment cellsBefore(int tokens) {
    return cells(tokens).data().asSlice(inputBytes());
  }

  @Override
  protected CpuBlock allocate() {
    return new CpuBlock(memory, stateBytes());
  }

  @Override
  protected void free(CpuBlock version) {
    version.close();
  }

  @Override
  protected void copy(CpuBlock from, CpuBlock to, long at, long bytes) {
    MemorySegment.copy(from.data(), at, to.data(), at, bytes);
  }

  @Override
  protected void clear(CpuBlock version, long at, long bytes) {
    version.data().asSlice(at, bytes).fill((byte) 0);
  }

  @Override
  protected void read(CpuBlock version, MemorySegment out) {
    out.copyFrom(version.data());
  }

  @Override
  protected void write(MemorySegment in, CpuBlock version) {
    version.data().copyFrom(in.asSlice(0, stateBytes()));
  }

  @Override
  protected CpuRecurrent empty() {
    return new CpuRecurrent(spec, memory);
  }
}
