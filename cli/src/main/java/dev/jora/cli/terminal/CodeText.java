package dev.jora.cli.terminal;

/** Shows lines of code as they are, with tabs as spaces. */
final class CodeText implements CharSink {
  private static final int TAB = 4;

  private final Wrapper wrapper;
  private int marks;
  private int column;
  private char beforeLast;
  private char last;

  CodeText(Wrapper wrapper) {
    this.wrapper = wrapper;
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
