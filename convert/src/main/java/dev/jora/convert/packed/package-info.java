/**
 * Weights that others have quantized become plain tensors: one class for each format, and {@link
 * dev.jora.convert.packed.PackedFormats}, the table.
 */
package dev.jora.convert.packed;
