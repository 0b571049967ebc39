package dev.jora.kernel.x86;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Linux lets a process use tiles after it has asked, because their state makes the records of
 * interrupted threads larger: arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA), for all threads.
 */
final class AmxPermission {
  private static final int ARCH_PRCTL = 158;
  private static final int ARCH_REQ_XCOMP_PERM = 0x1023;
  private static final int XFEATURE_XTILEDATA = 18;

  /** Asks when first used; false where the system refuses, or knows no such question. */
  static final boolean GRANTED = request() == 0;

  private AmxPermission() {}

  private static long request() {
    Assembler a = new Assembler();
    a.mov(Gpr.R8, Gpr.RDX);
    a.mov(Gpr.RAX, ARCH_PRCTL);
    a.syscall();
    a.mov(Mem.at(Gpr.R8, 0), Gpr.RAX);
    a.ret();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(8, 8);
      new Code(a).call(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA, answer.address(), 0, 0, 0);
      return answer.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
