package dev.jora.kernel.x86;

/** The 64-bit general registers, by their numbers in encodings. */
enum Gpr {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** Its number, 0 to 15. */
  int number() {
    return ordinal();
  }
}
