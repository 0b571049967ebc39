package dev.jora.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Several answers to one question, in columns next to each other. */
public final class SideBySide {
  private static final int NARROWEST = 24;

  /** Columns between two answers: a bar with spaces around it. */
  private static final int BETWEEN = 3;

  private SideBySide() {}

  /**
   * Text that shows answers in Markdown, each under its number, in lines of at most {@code width}
   * columns. Where a column would have less than 24, one stands below the other.
   */
  public static String text(List<String> answers, int width, Style style) {
    int n = Math.max(1, answers.size());
    int column = (width - BETWEEN * (n - 1)) / n;
    boolean below = column < NARROWEST;
    List<List<String>> columns = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      columns.add(lines(i + 1, answers.get(i), below ? width : column, style));
    }
    return below ? stacked(columns) : joined(columns, column, style);
  }

  private static List<String> lines(int number, String answer, int width, Style style) {
    StringBuilder text = new StringBuilder();
    text.append(style.styled("[" + number + "]", Mark.HEADING)).append('\n');
    MarkdownPrinter printer = new MarkdownPrinter(style, () -> width, text::append);
    printer.accept(answer);
    printer.finish();
    return text.toString().lines().toList();
  }

  private static String stacked(List<List<String>> columns) {
    StringBuilder out = new StringBuilder();
    for (List<String> lines : columns) {
      out.append(out.isEmpty() ? "" : "\n");
      lines.forEach(line -> out.append(line).append('\n'));
    }
    return out.toString();
  }

  private static String joined(List<List<String>> columns, int width, Style style) {
    int height = columns.stream().mapToInt(List::size).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (int k = 0; k < height; k++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns.size(); i++) {
        String text = k < columns.get(i).size() ? columns.get(i).get(k) : "";
        line.append(text);
        if (i + 1 < columns.size()) {
          line.repeat(' ', Math.max(0, width - Columns.of(Style.stripped(text))));
          line.append(" ").append(style.styled("│", Mark.FAINT)).append(" ");
        }
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
