/**
 * Architectures: one small file per family, one row per {@code general.architecture} in {@link
 * dev.jora.model.arch.Architectures}. A family says only what differs from Llama's block.
 */
package dev.jora.model.arch;
