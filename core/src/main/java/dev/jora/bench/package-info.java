/**
 * Measuring speed: {@link dev.jora.bench.DecoderSpeed} of a model, {@link
 * dev.jora.bench.KernelSpeed} of single kernels beside the machine's limits; {@link
 * dev.jora.bench.SyntheticModel} is a model of a real shape without a file.
 */
package dev.jora.bench;
