package dev.jora.cli.terminal;

import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Puts words into lines. A word is held back until it ends, or until it is sure that it is too long
 * for the rest of the line; text never goes back. The width is asked for at the beginning of each
 * line. Styles are closed at the end of each line.
 */
final class Wrapper {
  /** The narrowest line: one wide character. */
  private static final int NARROWEST = 2;

  private final Style style;
  private final IntSupplier terminal;
  private final Consumer<String> sink;
  private final StringBuilder out = new StringBuilder();
  private final Word word = new Word(this::clusterAdded);

  private Indent indent = Indent.NONE;
  private boolean first;
  private String lastRest = "";
  private boolean any;
  private boolean blank;

  private boolean open;
  private int width;
  private int start;
  private int column;
  private int widest;
  private int shown; // the marks that the terminal shows

  private int gap;
  private int gapMarks;

  /** True while the word goes to the line as it comes: it has no room on any line, or is code. */
  private boolean flowing;

  /**
   * @param style how marks look
   * @param terminal gives the number of columns
   * @param sink takes text when it is told to {@link #drain}
   */
  Wrapper(Style style, IntSupplier terminal, Consumer<String> sink) {
    this.style = style;
    this.terminal = terminal;
    this.sink = sink;
  }

  /** What stands before lines from the next one on. */
  void indent(Indent next) {
    indent = next;
    first = true;
  }

  /** Adds a character to the word; surrogates come in pairs. */
  void text(char c, int marks) {
    word.add(c, marks);
  }

  void text(CharSequence text, int marks) {
    for (int i = 0; i < text.length(); i++) {
      text(text.charAt(i), marks);
    }
  }

  /** Adds a character that is not part of a word: lines end where they are full. */
  void verbatim(char c, int marks) {
    flowing = true;
    word.add(c, marks);
  }

  /** Ends the word; several spaces are one, and none begins a line. */
  void space(int marks) {
    endWord();
    if (open && gap == 0) {
      gap = 1;
      gapMarks = marks;
    }
  }

  /** Ends the word; each space counts, unless the line is wrapped there. */
  void spaces(int n, int marks) {
    endWord();
    gap += n;
    gapMarks = marks;
  }

  /** True if the line has something on it; the word is ended. */
  boolean isOpen() {
    endWord();
    return open;
  }

  /** Ends the line, even if it is empty. */
  void breakLine() {
    endWord();
    gap = 0;
    if (!open) {
      openLine();
      out.setLength(out.length() - trailingSpaces());
    }
    closeLine();
  }

  /** Ends the line if there is something on it. */
  void end() {
    endWord();
    gap = 0;
    if (open) {
      closeLine();
    }
  }

  /** Ends the line, and leaves an empty one before the next if there is any before it. */
  void paragraphBreak() {
    end();
    blank = true;
  }

  /** Writes a line that is ready: of no more than {@link #available} columns, its styles closed. */
  void line(String text) {
    end();
    openLine();
    out.append(text);
    column += Columns.of(Style.stripped(text));
    closeLine();
  }

  /** Writes text, of no more than {@link #available} columns, as a line of its own. */
  void line(String text, int marks) {
    line(style.change(0, marks) + text + style.change(marks, 0));
  }

  /** Columns that the next line has room for. */
  int available() {
    int columns = Math.max(NARROWEST, terminal.getAsInt());
    return columns - Indent.fitted(nextIndent(), columns).length();
  }

  /** Columns of the widest line since the last call, without what stands before it. */
  int takeWidest() {
    int columns = widest;
    widest = 0;
    return columns;
  }

  /** Forgets that anything was written. */
  void restart() {
    end();
    indent = Indent.NONE;
    lastRest = "";
    any = false;
    blank = false;
    widest = 0;
  }

  /** Gives away what is ready. */
  void drain() {
    if (!out.isEmpty()) {
      sink.accept(out.toString());
      out.setLength(0);
    }
  }

  private String nextIndent() {
    return first ? indent.first() : indent.rest();
  }

  private void endWord() {
    word.endCluster();
    place();
  }

  private void clusterAdded() {
    if (flowing) {
      putAll();
    } else if (word.breaksBeforeLast()) {
      word.withoutLast(this::place);
      fit();
    } else {
      fit();
    }
  }

  /** Makes sure that the word so far has room on the line. */
  private void fit() {
    if (!open) {
      openLine();
    }
    if (column + gap + word.columns() <= width) {
      return;
    }
    if (column > start) {
      closeLine();
      openLine();
    }
    gap = 0;
    if (column + word.columns() > width) {
      flowing = true;
      putAll();
    }
  }

  /** Writes the word, for which there is room. */
  private void place() {
    putAll();
    flowing = false;
  }

  private void putAll() {
    if (word.size() == 0) {
      return;
    }
    if (!open) {
      openLine();
    }
    if (gap > 0 && column + gap <= width) {
      look(gapMarks);
      out.repeat(' ', gap);
      column += gap;
    }
    gap = 0;
    for (int i = 0; i < word.size(); i++) {
      int columns = word.columns(i);
      if (column + columns > width && column > start) {
        closeLine();
        openLine();
      }
      look(word.marks(i));
      word.appendTo(out, i);
      column += columns;
    }
    word.clear();
  }

  private void look(int marks) {
    if (marks != shown) {
      out.append(style.change(shown, marks));
      shown = marks;
    }
  }

  private void openLine() {
    width = Math.max(NARROWEST, terminal.getAsInt());
    if (blank && any) {
      writeIndent(Indent.fitted(Indent.common(lastRest, indent.rest()), width));
      look(0);
      out.append('\n');
    }
    blank = false;
    any = true;
    String before = Indent.fitted(nextIndent(), width);
    writeIndent(before);
    lastRest = indent.rest();
    first = false;
    start = before.length();
    column = start;
    open = true;
  }

  private void writeIndent(String before) {
    for (int i = 0; i < before.length(); i++) {
      char c = before.charAt(i);
      look(c == Container.BAR ? Mark.FAINT.bit() : 0);
      out.append(c);
    }
    look(0);
  }

  private int trailingSpaces() {
    int n = 0;
    while (n < column && n < out.length() && out.charAt(out.length() - 1 - n) == ' ') {
      n++;
    }
    return n;
  }

  private void closeLine() {
    look(0);
    out.append('\n');
    open = false;
    widest = Math.max(widest, column - start);
  }
}
