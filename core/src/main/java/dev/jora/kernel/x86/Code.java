package dev.jora.kernel.x86;

import java.lang.foreign.MemorySegment;

/**
 * Assembled code that takes the arguments of {@link NativeCall} and returns nothing. A call costs
 * about 10 ns, so it does a band of rows, not a row.
 */
final class Code {
  private final MemorySegment entry;

  /** Finishes what {@code assembler} holds and loads it. */
  Code(Assembler assembler) {
    entry = ExecutableMemory.load(assembler.finish());
  }

  void call(long a, long b, long c, long d, long e, long f) {
    NativeCall.call(entry, a, b, c, d, e, f);
  }
}
