/**
 * The CPU as a backend: kernels of {@link dev.jora.kernel.Kernels} on pools of threads, over
 * weights where their file is mapped.
 */
package dev.jora.backend.cpu;
