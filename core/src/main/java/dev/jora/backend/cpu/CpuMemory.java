package dev.jora.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** Native memory of a CPU backend, counted. */
final class CpuMemory {
  private static final long ALIGNMENT = 64;

  private final AtomicLong held = new AtomicLong();

  /** Pieces of memory that are freed together. */
  final class Region implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private long bytes;

    /** Zeros, 64-byte aligned. */
    MemorySegment allocate(long size) {
      MemorySegment memory = arena.allocate(size, ALIGNMENT);
      bytes += size;
      held.addAndGet(size);
      return memory;
    }

    @Override
    public void close() {
      held.addAndGet(-bytes);
      bytes = 0;
      arena.close();
    }
  }

  Region open() {
    return new Region();
  }

  /** Bytes in regions that are open. */
  long held() {
    return held.get();
  }
}
