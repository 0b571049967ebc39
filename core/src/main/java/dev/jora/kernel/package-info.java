/**
 * The arithmetic of a forward pass on one CPU thread. {@link dev.jora.kernel.Kernels} is the list
 * of operations; a kernel set implements all of them, {@code ScalarKernels} as the oracle of every
 * faster one; {@code KernelSelector} picks a set and says why. Splitting work over threads is the
 * caller's business.
 */
package dev.jora.kernel;
