package dev.jora.cli.bench;

import dev.jora.bench.Workload;
import dev.jora.tensor.GgmlType;

/**
 * One test: what is timed, and how it is computed.
 *
 * @param batch tokens handed over at once
 * @param microBatch the most tokens of one pass
 */
record BenchSettings(
    int batch, int microBatch, GgmlType keyType, GgmlType valueType, int threads, Workload work) {
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
