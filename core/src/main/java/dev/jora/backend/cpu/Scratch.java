package dev.jora.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A piece of native memory that grows on demand and is never shared: one per worker and use. */
final class Scratch implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private Arena arena;
  private MemorySegment memory = MemorySegment.NULL;

  /** At least {@code bytes} bytes, 64-byte aligned, content undefined. */
  MemorySegment atLeast(long bytes) {
    if (memory.byteSize() < bytes) {
      close();
      arena = Arena.ofShared();
      memory = arena.allocate(Math.max(bytes, 2 * memory.byteSize()), ALIGNMENT);
    }
    return memory;
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }
}
