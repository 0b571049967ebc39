package dev.jora.kernel.asm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

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

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private ExecutableMemory() {}

  @SuppressWarnings("restricted") // two functions of the C library
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /**
   * The code in memory of its own, ready to be called.
   *
   * @throws IllegalStateException if the system gives no such memory
   */
  @SuppressWarnings("restricted") // mmap gives an address without a size
  static MemorySegment load(byte[] code) {
    long bytes = (code.length + PAGE - 1) / PAGE * PAGE;
    try {
      MemorySegment at =
          (MemorySegment) MMAP.invokeExact(0L, bytes, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0L);
      if (at.address() == -1) {
        throw new IllegalStateException("the system gave no memory for code");
      }
      MemorySegment pages = at.reinterpret(bytes, Arena.global(), null);
      MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
      if ((int) MPROTECT.invokeExact(at, bytes, READ | EXECUTE) != 0) {
        throw new IllegalStateException("the system forbids memory to be made executable");
      }
      return pages;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("mmap and mprotect cannot be called", e);
    }
  }
}
