package dev.jora.quantize.target;

import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorJob;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * How much a model suffers from errors in each of its tensors: divergence of its predictions per
 * relative squared error. For small errors the one is proportional to the other, and those of all
 * tensors add up, so one coarse type per tensor tells what every other type would do.
 */
final class Sensitivities {
  private final Probe probe;
  private final Quantizer quantizer;
  private final BooleanSupplier cancelled;

  Sensitivities(Probe probe, Quantizer quantizer, BooleanSupplier cancelled) {
    this.probe = probe;
    this.quantizer = quantizer;
    this.cancelled = cancelled;
  }

  /**
   * Divergence per relative squared error.
   *
   * @param errors of the tensor by type; the largest error not above a quarter of the values is
   *     tried
   * @throws java.util.concurrent.CancellationException if it was cancelled
   */
  double of(TensorJob tensor, Map<GgmlType, Double> errors) {
    Map.Entry<GgmlType, Double> coarse =
        errors.entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .min((a, b) -> Double.compare(distance(a.getValue()), distance(b.getValue())))
            .orElse(null);
    if (coarse == null) {
      return 0;
    }
    try (Arena arena = Arena.ofShared()) {
      Tensor changed = changed(arena, tensor, coarse.getKey());
      return probe.divergence(changed) / coarse.getValue();
    } catch (IOException e) {
      throw new IllegalStateException(e); // memory does not fail
    }
  }

  /** The error that is looked for: far above noise, and not so large that nothing adds up. */
  private static double distance(double error) {
    return Math.abs(Math.log(error / 0.01));
  }

  /** The tensor as it would be in another type, in halves. */
  private Tensor changed(Arena arena, TensorJob tensor, GgmlType type) throws IOException {
    Tensor source = tensor.source();
    TensorJob there = new TensorJob(source, source.name(), type, tensor.importance());
    Tensor small = new Tensor(source.name(), type, source.shape(), written(arena, there));
    TensorJob back = new TensorJob(small, source.name(), GgmlType.F16, null);
    return new Tensor(source.name(), GgmlType.F16, source.shape(), written(arena, back));
  }

  private MemorySegment written(Arena arena, TensorJob job) throws IOException {
    MemorySegment all = arena.allocate(job.bytes(), 64);
    long[] at = {0};
    quantizer.write(
        job,
        bytes -> {
          MemorySegment.copy(bytes, 0, all, at[0], bytes.byteSize());
          at[0] += bytes.byteSize();
        },
        new QuantizeListener() {
          @Override
          public boolean cancelled() {
            return cancelled.getAsBoolean();
          }
        });
    return all;
  }

  /** Candidates of a tensor: for each type its bytes and the divergence that it is worth. */
  static List<Candidate> candidates(
      TensorJob tensor, Map<GgmlType, Double> errors, double sensitivity) {
    return errors.entrySet().stream()
        .map(
            entry ->
                new Candidate(
                    entry.getKey(),
                    padded(
                        new TensorJob(tensor.source(), tensor.name(), entry.getKey(), null)
                            .bytes()),
                    sensitivity * entry.getValue()))
        .toList();
  }

  /** A tensor begins at a multiple of 32 bytes. */
  static long padded(long bytes) {
    return bytes + 31 & -32;
  }
}
