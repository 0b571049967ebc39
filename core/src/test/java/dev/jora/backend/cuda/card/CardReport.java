package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** What a step has found, on the disk as soon as it is known: the step may not live to its end. */
final class CardReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The results. */
  final ObjectNode results = JsonNodeFactory.instance.objectNode();

  private final Path file;
  private final PrintStream lines;

  /**
   * A report.
   *
   * @param file null where it is not kept
   */
  CardReport(Path file, PrintStream lines) {
    this.file = file;
    this.lines = lines;
  }

  /** A line for people; what is known so far is kept. */
  void line(String format, Object... values) {
    lines.println("  " + String.format(Locale.ROOT, format, values));
    lines.flush();
    if (file != null) {
      write(file, results);
    }
  }

  /** Writes JSON whole or not at all. */
  static void write(Path file, ObjectNode json) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(
          part, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written; empty where there is nothing. */
  static ObjectNode read(Path file) {
    try {
      return (ObjectNode) JSON.readTree(file.toFile());
    } catch (IOException | ClassCastException nothing) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : 0;
  }
}
