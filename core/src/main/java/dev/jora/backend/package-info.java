/**
 * Devices that hold weights, activations and KV caches and run the operations of a forward pass.
 * {@link dev.jora.backend.Backend} is the seam: operations are issued in order, nothing is read
 * back but the rows somebody asks for. {@link dev.jora.backend.cpu.CpuBackend} runs them with a
 * kernel set on a pool of threads.
 */
package dev.jora.backend;
