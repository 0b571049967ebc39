package dev.jora.kernel.x86;

/** What the last source of a vector instruction may be: a register or memory. */
sealed interface Operand permits Zmm, Ymm, Mem {}
