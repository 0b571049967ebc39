package dev.jora.backend.cpu;

import java.lang.foreign.MemorySegment;

/** A block of a CPU backend's memory, freed by itself. */
final class CpuBlock implements AutoCloseable {
  private final CpuMemory.Region region;
  private final MemorySegment data;

  CpuBlock(CpuMemory memory, long bytes) {
    region = memory.open();
    data = region.allocate(bytes);
  }

  MemorySegment data() {
    return data;
  }

  @Override
  public void close() {
    region.close();
  }
}
