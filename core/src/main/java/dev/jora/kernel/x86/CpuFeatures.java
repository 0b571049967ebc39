package dev.jora.kernel.x86;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What this processor and its system can do, as cpuid and xgetbv say.
 *
 * @param avx2 AVX2, FMA and F16C, with 256-bit registers saved by the system
 * @param avxVnni vpdpbusd on 256-bit registers without AVX-512
 * @param avx512Vnni AVX-512 F, BW, DQ, VL and VNNI, with its registers saved by the system
 * @param avx512Bf16 bfloat16 besides, with its conversions
 * @param amxBf16 tiles of bfloat16 besides
 */
record CpuFeatures(
    boolean avx2, boolean avxVnni, boolean avx512Vnni, boolean avx512Bf16, boolean amxBf16) {
  private static final int AVX_STATE = 0x6;
  private static final int AVX512_STATE = 0xE6;
  private static final int AMX_STATE = 0x60000;

  /**
   * Asks the processor; call it on x86-64 only.
   *
   * @throws IllegalStateException if the system forbids executable memory
   */
  static CpuFeatures detect() {
    Assembler a = new Assembler();
    a.push(Gpr.RBX);
    a.mov(Gpr.RAX, Gpr.RDI);
    a.mov(Gpr.RCX, Gpr.RSI);
    a.mov(Gpr.R8, Gpr.RDX);
    a.cpuid();
    a.mov32(Mem.at(Gpr.R8, 0), Gpr.RAX);
    a.mov32(Mem.at(Gpr.R8, 4), Gpr.RBX);
    a.mov32(Mem.at(Gpr.R8, 8), Gpr.RCX);
    a.mov32(Mem.at(Gpr.R8, 12), Gpr.RDX);
    a.pop(Gpr.RBX);
    a.ret();
    Code cpuid = new Code(a);
    int[] leaf0 = registers(cpuid, 0, 0);
    int[] leaf1 = registers(cpuid, 1, 0);
    if (leaf0[0] < 7 || !bit(leaf1[2], 27)) {
      return new CpuFeatures(false, false, false, false, false);
    }
    Assembler b = new Assembler();
    b.mov(Gpr.RCX, 0);
    b.mov(Gpr.R8, Gpr.RDX);
    b.xgetbv();
    b.mov32(Mem.at(Gpr.R8, 0), Gpr.RAX);
    b.ret();
    int saved = registers(new Code(b), 0, 0)[0];
    int[] leaf7 = registers(cpuid, 7, 0);
    int[] leaf7b = leaf7[0] < 1 ? new int[4] : registers(cpuid, 7, 1);
    boolean avx2 =
        (saved & AVX_STATE) == AVX_STATE
            && bit(leaf1[2], 12) // FMA
            && bit(leaf1[2], 29) // F16C
            && bit(leaf7[1], 5);
    boolean avx512 =
        (saved & AVX512_STATE) == AVX512_STATE
            && bit(leaf7[1], 16) // F
            && bit(leaf7[1], 17) // DQ
            && bit(leaf7[1], 30) // BW
            && bit(leaf7[1], 31) // VL
            && bit(leaf7[2], 11); // VNNI
    boolean bf16 = avx2 && avx512 && bit(leaf7b[0], 5);
    boolean amx =
        (saved & AMX_STATE) == AMX_STATE
            && bit(leaf7[3], 22) // tiles of bfloat16
            && bit(leaf7[3], 24) // tiles
            && bf16;
    return new CpuFeatures(avx2, avx2 && bit(leaf7b[0], 4), avx2 && avx512, bf16, amx);
  }

  private static boolean bit(int word, int i) {
    return (word >> i & 1) != 0;
  }

  /** eax, ebx, ecx and edx of a leaf. */
  private static int[] registers(Code code, int leaf, int subleaf) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(16, 16);
      code.call(leaf, subleaf, out.address(), 0, 0, 0);
      return out.toArray(ValueLayout.JAVA_INT);
    }
  }
}
