package dev.jora.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls an address with up to six 64-bit arguments, in rdi, rsi, rdx, rcx, r8 and r9 as System V
 * has it. One form for assembled code and the C library: the JDK makes a class for each form, which
 * takes longer than to assemble a kernel.
 */
final class NativeCall {
  @SuppressWarnings("restricted") // calling machine code is what this class is for
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG));

  private NativeCall() {}

  /** What is left in rax: a result narrower than 64 bits has anything above it. */
  static long call(MemorySegment entry, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(entry, a, b, c, d, e, f);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new IllegalStateException("machine code cannot be called", thrown);
    }
  }
}
