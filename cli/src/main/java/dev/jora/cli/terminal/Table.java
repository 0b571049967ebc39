package dev.jora.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * A table, drawn as wide as it needs to be. Where the terminal is narrower, cells are wrapped;
 * where they would be too narrow for that, each row becomes a list.
 */
final class Table {
  private static final int NARROWEST_CELL = 8;

  /** Columns between two columns: a bar with spaces around it. */
  private static final int BETWEEN = 3;

  private static final int WIDEST = 1 << 20;

  private enum Align {
    LEFT,
    CENTER,
    RIGHT
  }

  private final Style style;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Align> aligns = new ArrayList<>();
  private int columns;

  /**
   * @param source its lines: head, delimiter, rows
   */
  Table(List<String> source, Style style) {
    this.style = style;
    for (int i = 0; i < source.size(); i++) {
      if (i != 1) {
        List<String> cells = cells(source.get(i));
        rows.add(cells);
        columns = Math.max(columns, cells.size());
      }
    }
    for (String cell : cells(source.get(1))) {
      boolean right = cell.endsWith(":");
      aligns.add(!right ? Align.LEFT : cell.startsWith(":") ? Align.CENTER : Align.RIGHT);
    }
  }

  /** True for the second line of a table, as {@code |---|:-:|}. */
  static boolean isDelimiter(String line) {
    for (String cell : cells(line)) {
      int from = cell.startsWith(":") ? 1 : 0;
      int to = cell.length() - (cell.length() > 1 && cell.endsWith(":") ? 1 : 0);
      for (int i = from; i < to; i++) {
        if (cell.charAt(i) != '-') {
          return false;
        }
      }
      if (from >= to) {
        return false;
      }
    }
    return true;
  }

  /** The cells of a line; bars after a backslash and in code are no borders. */
  static List<String> cells(String line) {
    String row = line.strip();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    int i = row.startsWith("|") ? 1 : 0;
    while (i < row.length()) {
      char c = row.charAt(i);
      if (c == '\\' && i + 1 < row.length()) {
        if (row.charAt(i + 1) != '|') {
          cell.append(c);
        }
        cell.append(row.charAt(i + 1));
        i += 2;
        continue;
      }
      if (c == '`') {
        int end = Spans.at(row, i, Math.min(row.length(), i + InlineParser.WINDOW), 0, true).end();
        cell.append(row, i, end);
        i = end;
        continue;
      }
      if (c == '|') {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
      i++;
    }
    if (!cell.toString().isBlank() || cells.isEmpty()) {
      cells.add(cell.toString().strip());
    }
    return cells;
  }

  /** Draws the table. */
  void show(Wrapper wrapper) {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        for (String line : lines(row.get(i), WIDEST, 0)) {
          widths[i] = Math.max(widths[i], Columns.of(Style.stripped(line)));
        }
      }
    }
    int room = wrapper.available() - BETWEEN * (columns - 1);
    boolean wrapped = room < sum(widths, Integer.MAX_VALUE);
    if (wrapped) {
      int limit = limit(widths, room);
      if (limit < NARROWEST_CELL) {
        asList(wrapper);
        return;
      }
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.min(widths[i], limit);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      row(wrapper, rows.get(i), widths, i == 0 ? Mark.HEADING.bit() : 0);
      if (i == 0 || wrapped && i + 1 < rows.size()) {
        rule(wrapper, widths);
      }
    }
  }

  /** The greatest width of columns with which the table has room. */
  private static int limit(int[] widths, int room) {
    int limit = 0;
    while (limit < room && sum(widths, limit + 1) <= room) {
      limit++;
    }
    return limit;
  }

  private static int sum(int[] widths, int limit) {
    int sum = 0;
    for (int width : widths) {
      sum += Math.min(width, limit);
    }
    return sum;
  }

  /** The lines of a cell, their styles closed. */
  private List<String> lines(String cell, int width, int marks) {
    StringBuilder text = new StringBuilder();
    Wrapper wrapper = new Wrapper(style, () -> width, text::append);
    new InlineParser(wrapper).whole(cell, marks);
    wrapper.end();
    wrapper.drain();
    return text.toString().lines().toList();
  }

  private void row(Wrapper wrapper, List<String> row, int[] widths, int marks) {
    List<List<String>> cells = new ArrayList<>();
    int height = 1;
    for (int i = 0; i < row.size(); i++) {
      cells.add(lines(row.get(i), Math.max(1, widths[i]), marks));
      height = Math.max(height, cells.getLast().size());
    }
    for (int k = 0; k < height; k++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String text = i < cells.size() && k < cells.get(i).size() ? cells.get(i).get(k) : "";
        boolean last = i + 1 == columns;
        line.append(aligned(text, widths[i], i, last));
        line.append(last ? "" : " " + style.styled("│", Mark.FAINT) + " ");
      }
      wrapper.line(line.toString().stripTrailing());
    }
  }

  /** With spaces around it; none at the right of the last column. */
  private String aligned(String text, int width, int column, boolean last) {
    int free = Math.max(0, width - Columns.of(Style.stripped(text)));
    int before =
        switch (column < aligns.size() ? aligns.get(column) : Align.LEFT) {
          case LEFT -> 0;
          case CENTER -> free / 2;
          case RIGHT -> free;
        };
    return " ".repeat(before) + text + (last ? "" : " ".repeat(free - before));
  }

  private void rule(Wrapper wrapper, int[] widths) {
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      rule.append("─".repeat(widths[i])).append(i + 1 < columns ? "─┼─" : "");
    }
    wrapper.line(rule.toString(), Mark.FAINT.bit());
  }

  /** A line for each cell, its column's head before it, and an empty line between rows. */
  private void asList(Wrapper wrapper) {
    InlineParser inline = new InlineParser(wrapper);
    List<String> head = rows.getFirst();
    if (rows.size() == 1) {
      for (String name : head) {
        inline.whole(name, Mark.HEADING.bit());
        wrapper.breakLine();
      }
    }
    for (int r = 1; r < rows.size(); r++) {
      if (r > 1) {
        wrapper.breakLine();
      }
      for (int i = 0; i < rows.get(r).size(); i++) {
        if (i < head.size() && !head.get(i).isEmpty()) {
          inline.whole(head.get(i), Mark.HEADING.bit());
          wrapper.text(":", Mark.HEADING.bit());
          wrapper.space(0);
        }
        inline.whole(rows.get(r).get(i), 0);
        wrapper.breakLine();
      }
    }
  }
}
