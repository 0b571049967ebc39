package dev.jora.cli.quantize;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import dev.jora.quantize.imatrix.TensorStatistics;
import java.util.Locale;

/** The table of {@code jora imatrix --show-statistics}, with llama.cpp's columns. */
final class ImatrixStatistics {
  private ImatrixStatistics() {}

  static void print(ImportanceMatrix matrix, Output out) {
    out.printf(
        "%5s %-24s %12s %11s %11s %10s %10s %8s %7s %9s %8s %8s %7s%n",
        "Layer",
        "Tensor",
        "Σ(Act²)",
        "Min",
        "Max",
        "μ",
        "σ",
        "% Active",
        "N",
        "Entropy",
        "E (norm)",
        "ZD",
        "CosSim");
    TensorStatistics.of(matrix).forEach(row -> print(row, out));
    out.flush();
  }

  private static void print(TensorStatistics s, Output out) {
    String[] parts = s.tensor().split("\\.", 3);
    boolean block = parts.length == 3 && parts[0].equals("blk");
    String name = (block ? parts[2] : s.tensor()).replaceFirst("\\.weight$", "");
    double bits = Math.log(s.count()) / Math.log(2);
    boolean compared = !Double.isNaN(s.similarity());
    out.printf(
        "%5s %-24s %12.2f %11.4f %11.4f %10.2f %10.2f %7.2f%% %7d %9.4f %7.2f%% %7.2f%% %7s%n",
        block ? Text.plain(parts[1]) : "-",
        Text.plain(name),
        s.sum(),
        s.min(),
        s.max(),
        s.mean(),
        s.deviation(),
        100 * s.active(),
        s.count(),
        s.entropy(),
        s.count() > 1 ? 100 * s.entropy() / bits : 0,
        100 * s.outlying(),
        compared ? String.format(Locale.ROOT, "%.4f", s.similarity()) : "-");
  }
}
