package dev.jora.cli.terminal;

/** Shows lines of code as they are, with tabs as spaces. */
final class CodeText implements CharSink {
  private static final int TAB = 4;
  private static final String BORDER = "───";

  private final Wrapper wrapper;
  private int marks;
  private int column;
  private char beforeLast;
  private char last;

  CodeText(Wrapper wrapper) {
    this.wrapper = wrapper;
  }

  /** A line above or below code, with what the fence says about it. */
  void border(String info) {
    int length = Math.min(BORDER.length(), wrapper.available());
    wrapper.text(BORDER.substring(0, length), Mark.FAINT.bit());
    for (int i = 0; i < info.length(); i++) {
      if (i == 0 || info.charAt(i) == ' ') {
        wrapper.space(Mark.FAINT.bit());
      }
      if (info.charAt(i) != ' ') {
        wrapper.text(info.charAt(i), Mark.FAINT.bit());
      }
    }
    wrapper.end();
  }

  /** Shows a line of a formula. */
  void line(String text) {
    begin(0);
    accept(text);
    wrapper.breakLine();
  }

  /** Begins a line. */
  void begin(int newMarks) {
    marks = newMarks;
    column = 0;
    beforeLast = 0;
    last = 0;
  }

  @Override
  public void accept(char c) {
    if (c == '\t') {
      for (int n = TAB - column % TAB; n > 0; n--) {
        put(' ');
      }
    } else {
      put(c);
    }
  }

  /** True if the line ends with what closes a formula. */
  boolean closes(CodeBlock formula) {
    return formula.mark() == '$'
        ? beforeLast == '$' && last == '$'
        : beforeLast == '\\' && last == ']';
  }

  private void put(char c) {
    wrapper.verbatim(c, marks);
    column++;
    beforeLast = last;
    last = c;
  }
}
