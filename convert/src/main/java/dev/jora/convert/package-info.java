/** Checkpoints of other programs become GGUF files. */
package dev.jora.convert;
