package dev.jora.cli.bench;

import dev.jora.bench.Workload;
import dev.jora.engine.Offload;
import dev.jora.tensor.GgmlType;

/**
 * One test: what is timed, and how it is computed.
 *
 * @param batch tokens handed over at once
 * @param microBatch the most tokens of one pass
 * @param gpuLayers as {@link Offload#gpuLayers} has it
 * @param cacheOnCpu the KV cache is not on a GPU
 */
record BenchSettings(
    int batch,
    int microBatch,
    GgmlType keyType,
    GgmlType valueType,
    int threads,
    int gpuLayers,
    boolean cacheOnCpu,
    Workload work) {
  /** On whatever GPUs there are. */
  BenchSettings(
      int batch, int microBatch, GgmlType keyType, GgmlType valueType, int threads, Workload work) {
    this(batch, microBatch, keyType, valueType, threads, Offload.AUTO, false, work);
  }

  /** Tokens of one pass. */
  int pass() {
    return Math.min(batch, microBatch);
  }

  /** {@code pp512}, {@code tg128}, {@code pp512+tg128}, {@code pp512 @ d4096}. */
  String test() {
    String prompt = work.prompt() > 0 ? "pp" + work.prompt() : "";
    String generated = work.generated() > 0 ? "tg" + work.generated() : "";
    String plus = prompt.isEmpty() || generated.isEmpty() ? "" : "+";
    return prompt + plus + generated + (work.depth() > 0 ? " @ d" + work.depth() : "");
  }
}
