/** {@code jora bench}: how fast models and kernels are, as llama-bench tells it. */
package dev.jora.cli.bench;
