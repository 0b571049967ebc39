package dev.jora.kernel.x86;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What happens when assembled code reads a page of a mapped file that is no more, because somebody
 * has cut the file or its disk fails. The system sends SIGBUS; the virtual machine makes an {@link
 * InternalError} of it where its own code was reading, and gives up where it was ours. So ours is
 * asked first: where the instruction is in {@link ExecutableMemory}, it puts a page of zeros in
 * place of the lost one, notes that, and lets the code go on; all else is the virtual machine's.
 * Whoever calls kernels asks {@link #found} before using what they computed.
 */
public final class LostPages {
  private static final int SIGBUS = 7;
  private static final int BUS_ADRERR = 2;

  /** Bytes of struct sigaction; the handler stands first. The same in glibc and musl. */
  private static final int SIGACTION = 152;

  /** A handler that is none: SIG_DFL and SIG_IGN. */
  private static final long NO_HANDLER = 1;

  // siginfo_t and ucontext_t of Linux on x86-64
  private static final int SI_CODE = 8;
  private static final int SI_ADDR = 16;
  private static final int RIP = 168;

  private static final int MMAP = 9;
  private static final int READ = 1;
  private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
  private static final int PAGE = 4096;

  /** Not 0 after pages were lost. */
  private static final MemorySegment NOTE = Arena.global().allocate(8, 8);

  private LostPages() {}

  /** True if assembled code has read lost pages since this was asked last. */
  public static boolean found() {
    if (NOTE.get(ValueLayout.JAVA_LONG, 0) == 0) {
      return false;
    }
    NOTE.set(ValueLayout.JAVA_LONG, 0, 0);
    return true;
  }

  /**
   * Installs the handler, if there is one to hand on to. Only once.
   *
   * @param start of the code that it is for, which has 2^{@code bits} bytes
   */
  static void guard(long start, int bits) {
    MemorySegment sigaction = Linker.nativeLinker().defaultLookup().findOrThrow("sigaction");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION, 8);
      if (set(sigaction, MemorySegment.NULL, action) != 0) {
        return;
      }
      long next = action.get(ValueLayout.JAVA_LONG, 0);
      if (next == 0 || next == NO_HANDLER) {
        return;
      }
      MemorySegment handler = ExecutableMemory.load(handler(start, bits, next).finish());
      action.set(ValueLayout.JAVA_LONG, 0, handler.address());
      set(sigaction, action, MemorySegment.NULL);
    }
  }

  private static int set(MemorySegment sigaction, MemorySegment action, MemorySegment old) {
    return (int) NativeCall.call(sigaction, SIGBUS, action.address(), old.address(), 0, 0, 0);
  }

  /** handler(rdi: signal, rsi: siginfo_t, rdx: ucontext_t) */
  private static Assembler handler(long start, int bits, long next) {
    Assembler a = new Assembler();
    Label others = new Label();
    a.mov(Gpr.RAX, Mem.at(Gpr.RDX, RIP));
    a.mov(Gpr.RCX, a.constant64(start));
    a.sub(Gpr.RAX, Gpr.RCX);
    a.shr(Gpr.RAX, bits);
    a.jnz(others);
    a.mov32(Gpr.RAX, Mem.at(Gpr.RSI, SI_CODE));
    a.cmp(Gpr.RAX, BUS_ADRERR);
    a.jnz(others);
    a.push(Gpr.RDI);
    a.push(Gpr.RSI);
    a.push(Gpr.RDX);
    a.mov(Gpr.RDI, Mem.at(Gpr.RSI, SI_ADDR));
    a.and(Gpr.RDI, -PAGE);
    a.mov(Gpr.RSI, PAGE);
    a.mov(Gpr.RDX, READ);
    a.mov(Gpr.R10, PRIVATE_ANONYMOUS_FIXED);
    a.mov(Gpr.R8, -1);
    a.mov(Gpr.R9, 0);
    a.mov(Gpr.RAX, MMAP);
    a.syscall();
    a.pop(Gpr.RDX);
    a.pop(Gpr.RSI);
    a.pop(Gpr.RDI);
    a.shr(Gpr.RAX, 48); // an address has none of these bits, an error all
    a.jnz(others);
    a.mov(Gpr.RCX, a.constant64(NOTE.address()));
    a.mov(Gpr.RAX, 1);
    a.mov(Mem.at(Gpr.RCX, 0), Gpr.RAX);
    a.ret();
    a.bind(others);
    a.mov(Gpr.RAX, a.constant64(next));
    a.push(Gpr.RAX);
    a.ret(); // into the next handler
    return a;
  }
}
