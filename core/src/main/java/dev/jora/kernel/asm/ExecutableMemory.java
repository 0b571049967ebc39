package dev.jora.kernel.asm;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Pages that hold machine code: written while they are writable, then made executable, never both
 * at once. They stay until the process ends, as compiled code does.
 */
final class ExecutableMemory {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE = 2;
  private static final int ANONYMOUS = 0x20; // Linux
  private static final long PAGE = 4096;

  private static final MemorySegment MMAP = function("mmap");
  private static final MemorySegment MPROTECT = function("mprotect");

  private ExecutableMemory() {}

  private static MemorySegment function(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }

  /**
   * The code in memory of its own, ready to be called.
   *
   * @throws IllegalStateException if the system gives no such memory
   */
  @SuppressWarnings("restricted") // mmap gives an address without a size
  static MemorySegment load(byte[] code) {
    long bytes = (code.length + PAGE - 1) / PAGE * PAGE;
    long at = NativeCall.call(MMAP, 0, bytes, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0);
    if (at == -1) {
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
