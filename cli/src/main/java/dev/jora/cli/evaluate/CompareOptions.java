package dev.jora.cli.evaluate;

import dev.jora.cli.common.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Several files measured against the first, in one table. */
final class CompareOptions {
  @Option(
      names = "--compare",
      paramLabel = "FILE...",
      description =
          "Measure several models on the same chunks and print one table; the base is -m, or else"
              + " the first FILE. Its log-probabilities go to a file for the time (25 MB for 512"
              + " tokens and a vocabulary of 49152), which --kl-divergence-base names and keeps.")
  List<Path> files;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      converter = CompareFormat.Converter.class,
      description = "Format of that table: table, md, csv, json (default: table).")
  CompareFormat format;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw size against mean divergence: FILE.svg or FILE.png.")
  Path plot;

  /** True if files are to be compared. */
  boolean wanted() {
    return files != null;
  }

  /**
   * Refuses what cannot be.
   *
   * @param json true: one JSON object is wanted
   * @param perToken true: so are files of all tokens
   */
  void check(PerplexityText text, boolean json, boolean perToken) {
    if (!wanted()) {
      if (format != null || plot != null) {
        throw UserException.usage("-o and --plot show what --compare FILE... has measured");
      }
      return;
    }
    if (json && format != null && format != CompareFormat.JSON) {
      throw UserException.usage("--json is -o json: leave one of them out");
    }
    if (text.stride > 0) {
      throw UserException.usage("--compare has no strides: leave --ppl-stride out");
    }
    if (perToken) {
      throw UserException.usage("--per-token and --heatmap are for one model, not for --compare");
    }
  }

  /** The models, the base first: the one given by -m, or null, and the files. */
  List<Path> models(Path base) {
    List<Path> models = new ArrayList<>(files);
    if (base != null) {
      models.addFirst(base);
    }
    if (models.size() < 2) {
      throw UserException.usage(
          "--compare needs two models: a base, by -m or first, and one to measure against it");
    }
    return models;
  }

  /** The picture; null if none is wanted. */
  ComparePlot picture() {
    return plot == null ? null : ComparePlot.to(plot);
  }

  /** The form of the table. */
  CompareFormat format(boolean json) {
    return json ? CompareFormat.JSON : format == null ? CompareFormat.TABLE : format;
  }
}
