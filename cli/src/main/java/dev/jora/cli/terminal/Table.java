package dev.jora.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table, whose rows are drawn as they come: columns are as wide as the head and the delimiter row
 * say, and have room for a few words more, as rows to come are not known and text on the screen
 * cannot be taken back; cells that are wider are wrapped. Where the terminal is too narrow for
 * that, each row becomes a list.
 */
final class Table {
  private static final int NARROWEST_CELL = 8;

  /** Columns that a cell has where there is room, however short its head is. */
  private static final int USUAL_CELL = 20;

  /** Columns between two columns: a bar with spaces around it. */
  private static final int BETWEEN = 3;

  private static final int WIDEST = 1 << 20;

  private enum Align {
    LEFT,
    CENTER,
    RIGHT
  }

  private final Style style;
  private final List<String> head;
  private final List<Align> aligns = new ArrayList<>();
  private final int[] wanted;
  private int rows;
  private boolean lastWasWrapped;

  /**
   * @param head its first line
   * @param delimiter its second line
   */
  Table(String head, String delimiter, Style style) {
    this.style = style;
    this.head = cells(head);
    List<String> dashes = cells(delimiter);
    wanted = new int[Math.max(this.head.size(), dashes.size())];
    Arrays.fill(wanted, USUAL_CELL);
    for (int i = 0; i < this.head.size(); i++) {
      for (String line : lines(this.head.get(i), WIDEST, 0)) {
        wanted[i] = Math.max(wanted[i], Columns.of(Style.stripped(line)));
      }
    }
    for (int i = 0; i < dashes.size(); i++) {
      String cell = dashes.get(i);
      wanted[i] = Math.max(wanted[i], cell.length());
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

  /** Draws the head; as a list it stands before the cells of each row. */
  void showHead(Wrapper wrapper) {
    int[] widths = widths(wrapper);
    if (widths.length > 0) {
      row(wrapper, cells(head, Mark.HEADING.bit(), widths), widths);
      rule(wrapper, widths);
    }
  }

  /** Draws the next row. */
  void showRow(String line, Wrapper wrapper) {
    List<String> row = cells(line);
    if (row.size() > wanted.length) {
      // What has no column is not lost.
      String rest = String.join(" | ", row.subList(wanted.length - 1, row.size()));
      row = new ArrayList<>(row.subList(0, wanted.length - 1));
      row.add(rest);
    }
    int[] widths = widths(wrapper);
    if (widths.length == 0) {
      asList(wrapper, row);
    } else {
      List<List<String>> cells = cells(row, 0, widths);
      boolean wrapped = height(cells) > 1;
      if (rows > 0 && (wrapped || lastWasWrapped)) {
        rule(wrapper, widths);
      }
      row(wrapper, cells, widths);
      lastWasWrapped = wrapped;
    }
    rows++;
  }

  /** Draws what no row has shown. */
  void end(Wrapper wrapper) {
    if (rows == 0 && widths(wrapper).length == 0) {
      for (String name : head) {
        new InlineParser(wrapper).whole(name, Mark.HEADING.bit());
        wrapper.breakLine();
      }
    }
  }

  /** The width of each column; none if the table has no room. */
  private int[] widths(Wrapper wrapper) {
    int columns = wanted.length;
    int room = wrapper.available() - BETWEEN * (columns - 1);
    int limit = limit(wanted, room);
    if (limit < NARROWEST_CELL) {
      return new int[0];
    }
    int[] widths = new int[columns];
    for (int i = 0; i < columns; i++) {
      widths[i] = Math.min(wanted[i], limit);
    }
    if (align(columns - 1) == Align.LEFT) {
      widths[columns - 1] += room - sum(widths, limit);
    }
    return widths;
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

  private List<List<String>> cells(List<String> row, int marks, int[] widths) {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      cells.add(lines(row.get(i), widths[i], marks));
    }
    return cells;
  }

  private static int height(List<List<String>> cells) {
    return cells.stream().mapToInt(List::size).reduce(1, Math::max);
  }

  private void row(Wrapper wrapper, List<List<String>> cells, int[] widths) {
    int height = height(cells);
    for (int k = 0; k < height; k++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String text = i < cells.size() && k < cells.get(i).size() ? cells.get(i).get(k) : "";
        boolean last = i + 1 == widths.length;
        line.append(aligned(text, widths[i], i, last));
        line.append(last ? "" : " " + style.styled("│", Mark.FAINT) + " ");
      }
      wrapper.line(line.toString().stripTrailing());
    }
  }

  private Align align(int column) {
    return column < aligns.size() ? aligns.get(column) : Align.LEFT;
  }

  /** With spaces around it; none at the right of the last column. */
  private String aligned(String text, int width, int column, boolean last) {
    int free = Math.max(0, width - Columns.of(Style.stripped(text)));
    int before =
        switch (align(column)) {
          case LEFT -> 0;
          case CENTER -> free / 2;
          case RIGHT -> free;
        };
    return " ".repeat(before) + text + (last ? "" : " ".repeat(free - before));
  }

  private void rule(Wrapper wrapper, int[] widths) {
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      rule.append("─".repeat(widths[i])).append(i + 1 < widths.length ? "─┼─" : "");
    }
    wrapper.line(rule.toString(), Mark.FAINT.bit());
  }

  /** A line for each cell, its column's head before it, and an empty line between rows. */
  private void asList(Wrapper wrapper, List<String> row) {
    InlineParser inline = new InlineParser(wrapper);
    if (rows > 0) {
      wrapper.breakLine();
    }
    for (int i = 0; i < row.size(); i++) {
      if (i < head.size() && !head.get(i).isEmpty()) {
        inline.whole(head.get(i), Mark.HEADING.bit());
        wrapper.text(":", Mark.HEADING.bit());
        wrapper.space(0);
      }
      inline.whole(row.get(i), 0);
      wrapper.breakLine();
    }
  }
}
