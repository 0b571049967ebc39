package dev.jora.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Gigabytes of memory from the C library's {@code malloc}. An arena's own memory is zeroed by the
 * calling thread and counted against the JVM's limit of direct memory; this is neither, so threads
 * can fill it side by side, and its size is the machine's business alone.
 */
final class NativeMemory {
  private static final long ALIGNMENT = 64;

  private NativeMemory() {}

  /** Bytes with any content, at a multiple of 64, freed when {@code arena} closes. */
  @SuppressWarnings("restricted")
  static MemorySegment allocate(Arena arena, long bytes) {
    Linker linker = Linker.nativeLinker();
    MethodHandle malloc =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("malloc"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    MethodHandle free =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("free"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    MemorySegment block = (MemorySegment) call(malloc, bytes + ALIGNMENT);
    if (block.address() == 0) {
      throw new OutOfMemoryError("the system has no " + bytes + " bytes");
    }
    MemorySegment all = block.reinterpret(bytes + ALIGNMENT, arena, memory -> call(free, memory));
    return all.asSlice(-all.address() & ALIGNMENT - 1, bytes, ALIGNMENT);
  }

  private static Object call(MethodHandle function, Object argument) {
    try {
      return function.invokeWithArguments(argument);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
