/**
 * Machine code made at run time: an assembler for x86-64, memory that can be executed, what the
 * processor can do, and the products of quantized weights as assembled kernels, one class each. It
 * knows addresses and tensor types only; {@code dev.jora.kernel} checks bounds and chooses.
 */
package dev.jora.kernel.x86;
