/**
 * A CUDA device in software: {@link dev.jora.backend.cuda.software.SoftwareDriver} runs the PTX of
 * kernels on the CPU, checks every access, and counts the traffic that a card would have.
 */
package dev.jora.backend.cuda.software;
