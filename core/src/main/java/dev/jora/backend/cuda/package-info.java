/**
 * An NVIDIA GPU as a backend. {@link dev.jora.backend.cuda.CudaDriver} is the seam: what is behind
 * it knows JCuda, or nothing of a card at all; what is before it knows neither.
 */
package dev.jora.backend.cuda;
