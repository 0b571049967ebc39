package dev.jora.cli.quantize;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.quantize.Quantization;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import dev.jora.quantize.target.TargetPlan;
import dev.jora.tensor.GgmlType;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What tensors become, as tables on stdout, at most 79 columns wide. */
final class QuantizeTables {
  private static final int WORST = 5;

  private final Output out;

  QuantizeTables(Output out) {
    this.out = out;
  }

  /** Before a byte is written: every tensor, and the sum. */
  void plan(Quantization quantization) {
    out.printf("%-36s %-18s %7s    %7s %11s%n", "tensor", "shape", "from", "to", "size");
    for (TensorJob job : quantization.jobs()) {
      out.printf(
          "%-36s %-18s %7s %2s %7s %11s%n",
          Text.plain(job.name()),
          job.source().shape(),
          job.source().type(),
          job.isCopy() ? "" : "->",
          job.isCopy() ? "" : job.type(),
          Units.bytes(job.bytes()));
    }
    out.println("");
    types(quantization.jobs(), List.of());
    sizes(quantization);
    out.flush();
  }

  /** Afterwards: the types, the sum, and where it hurt most. */
  void results(Quantization quantization, List<TensorResult> results) {
    types(quantization.jobs(), results);
    sizes(quantization);
    List<TensorResult> worst =
        results.stream()
            .filter(result -> result.rmse() > 0)
            .sorted(Comparator.comparingDouble(TensorResult::relativeError).reversed())
            .limit(WORST)
            .toList();
    if (!worst.isEmpty()) {
      out.printf(
          "%n%-36s %7s %10s %10s %11s%n", "largest errors", "type", "rmse", "of rms", "max error");
      for (TensorResult result : worst) {
        out.printf(
            "%-36s %7s %10.3g %8.2f %% %11.3g%n",
            Text.plain(result.job().name()),
            result.job().type(),
            result.rmse(),
            100 * result.relativeError(),
            result.maxError());
      }
    }
    out.flush();
  }

  /** What was chosen for a size, and why. */
  void target(TargetPlan target) {
    out.printf(
        "chosen      = %s, expected divergence %.5f nats per token%n",
        size(target.plan().bytes(), target.plan().elements()), target.divergence());
    target
        .nearest()
        .ifPresent(
            stock ->
                out.printf(
                    "%-11s = %s, expected divergence %.5f%n",
                    stock.recipe(),
                    size(stock.bytes(), target.plan().elements()),
                    stock.divergence()));
    List<TargetPlan.Chosen> sensitive =
        target.chosen().stream()
            .sorted(Comparator.comparingDouble(TargetPlan.Chosen::sensitivity).reversed())
            .limit(WORST)
            .toList();
    out.printf("%n%-36s %7s %12s %10s%n", "most sensitive tensors", "type", "sensitivity", "error");
    for (TargetPlan.Chosen chosen : sensitive) {
      out.printf(
          "%-36s %7s %12.4g %8.2f %%%n",
          Text.plain(chosen.name()),
          chosen.candidate().type(),
          chosen.sensitivity(),
          100 * Math.sqrt(chosen.error()));
    }
    out.println("");
    out.flush();
  }

  /** Sums over the tensors of a type. */
  private static final class Share {
    int tensors;
    long elements;
    long bytes;
    double errors;
    double squares;
  }

  private void types(List<TensorJob> jobs, List<TensorResult> results) {
    Map<GgmlType, Share> shares = new EnumMap<>(GgmlType.class);
    for (TensorJob job : jobs) {
      Share share = shares.computeIfAbsent(job.type(), _ -> new Share());
      share.tensors++;
      share.elements += job.source().shape().elements();
      share.bytes += job.bytes();
    }
    for (TensorResult result : results) {
      Share share = shares.get(result.job().type());
      double n = result.job().source().shape().elements();
      share.errors += result.rmse() * result.rmse() * n;
      share.squares += result.rms() * result.rms() * n;
    }
    out.printf(
        "%-8s %8s %12s %12s %8s%s%n",
        "type", "tensors", "weights", "size", "bpw", results.isEmpty() ? "" : "      error");
    shares.forEach(
        (type, share) ->
            out.printf(
                "%-8s %8d %12s %12s %8.4f%s%n",
                type,
                share.tensors,
                Units.count(share.elements),
                Units.bytes(share.bytes),
                8.0 * share.bytes / Math.max(1, share.elements),
                share.squares == 0
                    ? ""
                    : String.format(
                        Locale.ROOT, "%9.2f %%", 100 * Math.sqrt(share.errors / share.squares))));
  }

  private void sizes(Quantization quantization) {
    long before = quantization.jobs().stream().mapToLong(job -> job.source().bytes()).sum();
    long after = quantization.plan().bytes();
    long elements = quantization.plan().elements();
    out.printf("%nmodel size  = %s%n", size(before, elements));
    out.printf("quant size  = %s%n", size(after, elements));
  }

  private static String size(long bytes, long elements) {
    return String.format(
        Locale.ROOT,
        "%.2f MiB (%.2f BPW)",
        bytes / (double) (1 << 20),
        8.0 * bytes / Math.max(1, elements));
  }
}
