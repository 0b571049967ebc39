package dev.jora.kernel.asm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Assembled code that takes up to six 64-bit arguments, in rdi, rsi, rdx, rcx, r8 and r9 as System
 * V has it, and returns nothing. A call costs about 10 ns, so it does a band of rows, not a row.
 */
final class Code {
  @SuppressWarnings("restricted") // calling machine code is what this class is for
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG));

  private final MemorySegment entry;

  /** Finishes what {@code assembler} holds and loads it. */
  Code(Assembler assembler) {
    entry = ExecutableMemory.load(assembler.finish());
  }

  void call(long a, long b, long c, long d, long e, long f) {
    try {
      CALL.invokeExact(entry, a, b, c, d, e, f);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new IllegalStateException("assembled code cannot be called", thrown);
    }
  }
}
