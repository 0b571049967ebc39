package dev.jora.cli.quantize;

import dev.jora.cli.common.ChunkProgress;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Figures;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.UserException;
import dev.jora.quantize.evaluate.Estimate;
import dev.jora.quantize.evaluate.Perplexity;
import dev.jora.quantize.imatrix.Calibration;
import dev.jora.quantize.imatrix.ImportanceCollector;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A text being read for an importance matrix: what is told on the way, and what there is so far.
 */
final class ImatrixRun {
  private final List<ImportanceMatrix> earlier;
  private final ImportanceCollector collector;
  private final Path dataset;
  private final int chunkSize;
  private final CommonOptions common;
  private final Perplexity perplexity;
  private final Output out = Output.standard();
  private int done;

  /**
   * A run that has read nothing.
   *
   * @param earlier matrices to add
   * @param collector observes the model
   * @param dataset the text's file
   * @param perplexity is told as it grows; null for none
   */
  ImatrixRun(
      List<ImportanceMatrix> earlier,
      ImportanceCollector collector,
      Path dataset,
      int chunkSize,
      Perplexity perplexity,
      CommonOptions common) {
    this.earlier = earlier;
    this.collector = collector;
    this.dataset = dataset;
    this.chunkSize = chunkSize;
    this.perplexity = perplexity;
    this.common = common;
  }

  /** Reads chunks until there is an end or an interrupt. */
  void read(
      Calibration calibration,
      int[] tokens,
      int skipped,
      int chunks,
      ImatrixOutput output,
      Interrupt interrupt) {
    ChunkProgress progress =
        new ChunkProgress("imatrix", chunks, chunkSize, perplexity != null, common);
    try {
      read(calibration, tokens, skipped, chunks, output, interrupt, progress);
    } finally {
      progress.clear();
      if (perplexity != null && done > 0) {
        out.println("").flush(); // messages have lines of their own
      }
    }
    progress.finish(done);
    if (perplexity != null && perplexity.count() > 0) {
      Estimate ppl = perplexity.estimate();
      String figures = Figures.bounded("%.4f", " +/- %.5f", ppl.value(), ppl.error());
      out.printf("Final estimate: PPL = %s%n", figures).flush();
    }
  }

  private void read(
      Calibration calibration,
      int[] tokens,
      int skipped,
      int chunks,
      ImatrixOutput output,
      Interrupt interrupt,
      ChunkProgress progress) {
    while (done < chunks) {
      if (!calibration.read(tokens, (skipped + done) * chunkSize, interrupt::requested)) {
        break;
      }
      done++;
      if (done == 1) {
        progress.firstPass(1);
      }
      if (perplexity != null) {
        out.printf("[%d]%.4f,", done, perplexity.estimate().value()).flush();
      }
      progress.show(done);
      if (done == 1) {
        matrix(); // a broken model need not read all
      }
      if (done < chunks) {
        output.saveIfDue(done, this::matrix);
      }
    }
  }

  /** Chunks read. */
  int done() {
    return done;
  }

  /** All that was measured until now, here and earlier. */
  ImportanceMatrix matrix() {
    try {
      ImportanceMatrix here = collector.matrix(dataset.toString(), done, chunkSize);
      if (earlier.isEmpty()) {
        return here;
      }
      List<ImportanceMatrix> all = new ArrayList<>(earlier);
      all.add(here);
      return sum(all, chunkSize);
    } catch (ArithmeticException e) {
      throw new UserException(e.getMessage() + ": the model is broken", e);
    }
  }

  /** What several matrices have measured together. */
  static ImportanceMatrix sum(List<ImportanceMatrix> matrices, int chunkSize) {
    try {
      return ImportanceMatrix.sum(matrices, chunkSize);
    } catch (IllegalArgumentException e) {
      throw new UserException("the matrices are not of the same model: " + e.getMessage(), e);
    }
  }
}
