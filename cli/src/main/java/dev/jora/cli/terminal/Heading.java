package dev.jora.cli.terminal;

/**
 * A heading. Its level is seen without colours: the first is underlined by double lines, the second
 * by single ones, and before the others stand one to four triangles.
 */
final class Heading implements CharSink {
  private final Wrapper wrapper;
  private final InlineParser inline;
  private final int level;

  /** Spaces and {@code #}, which are no text at the end. */
  private final StringBuilder tail = new StringBuilder();

  private boolean begun;

  /**
   * @param level 1 to 6
   */
  Heading(Wrapper wrapper, InlineParser inline, int level) {
    this.wrapper = wrapper;
    this.inline = inline;
    this.level = level;
    inline.begin(Mark.HEADING.bit());
    wrapper.takeWidest();
  }

  /** What stands before the lines of a heading, after what stands before its block. */
  static Indent indent(Indent block, int level) {
    String marks = level < 3 ? "" : "▸".repeat(level - 2) + " ";
    return new Indent(block.first() + marks, block.rest() + " ".repeat(marks.length()));
  }

  @Override
  public void accept(char c) {
    if (c == ' ' || c == '\t' || c == '#') {
      tail.append(c);
      return;
    }
    inline.accept(begun ? tail : tail.toString().stripLeading());
    begun = true;
    tail.setLength(0);
    inline.accept(c);
  }

  /** The line has ended. */
  void end() {
    inline.accept(tail.substring(0, textEnd()));
    inline.end();
    wrapper.end();
    inline.begin(0);
    int columns = wrapper.takeWidest();
    if (level < 3 && columns > 0) {
      String line = level == 1 ? "═" : "─";
      wrapper.line(line.repeat(Math.min(columns, wrapper.available())), Mark.FAINT.bit());
    }
  }

  /** Where the closing {@code #}, which follow a space, and the spaces around them begin. */
  private int textEnd() {
    int end = before(tail.length(), false);
    int marks = before(end, true);
    return marks < end && marks > 0 && tail.charAt(marks - 1) != '#' ? before(marks, false) : end;
  }

  private int before(int end, boolean marks) {
    int i = end;
    while (i > 0 && (tail.charAt(i - 1) == '#') == marks) {
      i--;
    }
    return i;
  }
}
