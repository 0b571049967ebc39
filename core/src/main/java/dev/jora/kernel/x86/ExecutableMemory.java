package dev.jora.kernel.x86;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pages that hold machine code: written while they are writable, then made executable, never both
 * at once. They stay until the process ends, as compiled code does; the same code is there once,
 * however many models are opened.
 */
final class ExecutableMemory {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE = 2;
  private static final int ANONYMOUS = 0x20; // Linux
  private static final int NORESERVE = 0x4000;
  private static final long PAGE = 4096;

  /** 256 MB of addresses, a few hundred times what all kernels take. */
  private static final int REGION_BITS = 28;

  private static final MemorySegment MMAP = function("mmap");
  private static final MemorySegment MPROTECT = function("mprotect");

  /** Where code goes: one region, so that an instruction in it is known by its address. */
  private static final class Region {
    static final long START = reserve();
    static final AtomicLong NEXT = new AtomicLong(START);

    private static long reserve() {
      long at =
          NativeCall.call(MMAP, 0, 1L << REGION_BITS, 0, PRIVATE | ANONYMOUS | NORESERVE, -1, 0);
      if (at == -1) {
        throw new IllegalStateException("the system gave no memory for code");
      }
      return at;
    }
  }

  /** Installed with the first code. */
  private static final class Guard {
    static {
      LostPages.guard(Region.START, REGION_BITS);
    }

    static void install() {}
  }

  /** What has been loaded, by its bytes. */
  private static final Map<ByteBuffer, MemorySegment> LOADED = new ConcurrentHashMap<>();

  private ExecutableMemory() {}

  private static MemorySegment function(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }

  /**
   * The code in memory, ready to be called; it stands at any address.
   *
   * @throws IllegalStateException if the system gives no such memory
   */
  static MemorySegment load(byte[] code) {
    Guard.install();
    return LOADED.computeIfAbsent(ByteBuffer.wrap(code), key -> place(code));
  }

  @SuppressWarnings("restricted") // mmap gives an address without a size
  private static MemorySegment place(byte[] code) {
    long bytes = (code.length + PAGE - 1) / PAGE * PAGE;
    long at = Region.NEXT.getAndAdd(bytes);
    if (at + bytes > Region.START + (1L << REGION_BITS)
        || (int) NativeCall.call(MPROTECT, at, bytes, READ | WRITE, 0, 0, 0) != 0) {
      throw new IllegalStateException("the system gave no memory for code");
    }
    MemorySegment pages = MemorySegment.ofAddress(at).reinterpret(bytes);
    MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
    if ((int) NativeCall.call(MPROTECT, at, bytes, READ | EXECUTE, 0, 0, 0) != 0) {
      throw new IllegalStateException("the system forbids memory to be made executable");
    }
    return pages;
  }
}
