package dev.jora.kernel.x86;

/**
 * Emits bytes of signs, eight in rax, from fields of seven bits; bit 7 of a byte is the parity of
 * the other seven. Uses rbp and r15.
 */
final class SignFields {
  private SignFields() {}

  /** Four fields in the lower 28 bits of both halves of rax become eight bytes with parity. */
  static void spread(Assembler a) {
    a.and(Gpr.RAX, a.constant64(0x0FFFFFFF_0FFFFFFFL));
    // The upper two fields of a half up by two bits, then every second one by one.
    a.mov(Gpr.R15, Gpr.RAX);
    a.and(Gpr.R15, a.constant64(0x0FFFC000_0FFFC000L));
    a.lea(Gpr.R15, Mem.at(Gpr.R15, Gpr.R15, 2, 0));
    a.add(Gpr.RAX, Gpr.R15);
    a.mov(Gpr.R15, Gpr.RAX);
    a.and(Gpr.R15, a.constant64(0x3F803F80_3F803F80L));
    a.add(Gpr.RAX, Gpr.R15);
    parity(a);
  }

  /** Bit 7 of all bytes of rax, where it is 0, becomes the parity of the others. */
  static void parity(Assembler a) {
    a.mov(Gpr.R15, Gpr.RAX);
    for (int bits = 4; bits > 0; bits /= 2) {
      a.mov(Gpr.RBP, Gpr.R15);
      a.shr(Gpr.RBP, bits);
      a.xor(Gpr.R15, Gpr.RBP);
    }
    a.and(Gpr.R15, a.constant64(0x01010101_01010101L));
    a.shl(Gpr.R15, 7);
    a.or(Gpr.RAX, Gpr.R15);
  }
}
