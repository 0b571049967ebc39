/** {@code jora convert}: checkpoints become model files. */
package dev.jora.cli.convert;
