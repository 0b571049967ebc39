package dev.jora.cli.bench;

import dev.jora.bench.ModelFacts;
import java.time.Instant;
import java.util.List;

/**
 * What one test gave.
 *
 * @param mapped true for a file, false for weights made in memory
 * @param start when the test began
 * @param gpus names of those that took part
 * @param gpuLayers layers that were on them
 * @param nanos nanoseconds of each repetition
 */
record BenchResult(
    Machine machine,
    String file,
    boolean mapped,
    ModelFacts model,
    BenchSettings settings,
    Instant start,
    List<String> gpus,
    int gpuLayers,
    List<Long> nanos) {
  /** Without a GPU. */
  BenchResult(
      Machine machine,
      String file,
      boolean mapped,
      ModelFacts model,
      BenchSettings settings,
      Instant start,
      List<Long> nanos) {
    this(machine, file, mapped, model, settings, start, List.of(), 0, nanos);
  }

  /**
   * What all tests of a run share.
   *
   * @param build what jora calls its version
   * @param cpu name of the processor
   * @param kernels name of the kernel set
   * @param reason why it is this one
   */
  record Machine(String build, String cpu, String kernels, String reason) {}

  /** The same of another test, for all that does not depend on time. */
  BenchResult with(BenchSettings test) {
    return new BenchResult(machine, file, mapped, model, test, start, gpus, gpuLayers, nanos);
  }

  /** Tokens per second of each repetition. */
  List<Double> speeds() {
    return nanos.stream().map(ns -> settings.work().tokens() * 1e9 / ns).toList();
  }

  /** The mean of the repetitions; 0 of none. */
  static double mean(List<? extends Number> values) {
    return values.stream().mapToDouble(Number::doubleValue).average().orElse(0);
  }

  /** The sample standard deviation; 0 of a single one. */
  static double deviation(List<? extends Number> values) {
    if (values.size() < 2) {
      return 0;
    }
    double mean = mean(values);
    double squares = 0;
    for (Number value : values) {
      squares += (value.doubleValue() - mean) * (value.doubleValue() - mean);
    }
    return Math.sqrt(squares / (values.size() - 1));
  }
}
